import Alignment
import TestSupport
import Testing

/// Two answers of four tokens computed by hand in Float64; the first ends after three.
@Suite struct PPOTableTests {
  private struct Table {
    let estimator: PPOOptions.KLEstimator
    let policyLoss, valueLoss, loss: Double

    static let all = [
      Table(estimator: .k1, policyLoss: 0.076644040, valueLoss: 0.217955623, loss: 0.098439602),
      Table(estimator: .k3, policyLoss: 0.076122429, valueLoss: 0.208701048, loss: 0.096992534),
    ]
  }

  private let newLogProbabilities: [Float] = [-0.9, -0.8, -1.7, 0, -0.75, -0.9, -0.6, -0.5]
  private let newValues: [Float] = [0.15, 0.5, 0.3, 0.1, -0.4, 0.05, 0.2, 0.25]

  private func options(_ conventions: PPOOptions.Conventions, _ estimator: PPOOptions.KLEstimator = .k1)
    -> PPOOptions
  {
    var options = PPOOptions()
    options.conventions = conventions
    options.klEstimator = estimator
    options.gamma = 1
    options.lambda = 0.95
    options.clipRange = 0.2
    options.valueClipRange = 0.2
    options.valueCoefficient = 0.1
    return options
  }

  private func rollouts(_ options: PPOOptions, klCoefficient: Double = 0.05) -> [Rollout] {
    var first = Rollout(query: [7], response: [5, 6, 9, 1], endIDs: [9])
    var second = Rollout(query: [7], response: [5, 6, 7, 9], endIDs: [9])
    first.logProbabilities = [-1, -0.5, -2, 0]
    first.referenceLogProbabilities = [-1.1, -0.4, -1.5, 0]
    first.values = [0.1, 0.2, 0.3, 0.4]
    first.score = 1
    second.logProbabilities = [-0.7, -1.2, -0.3, -0.9]
    second.referenceLogProbabilities = [-0.6, -1.5, -0.2, -1]
    second.values = [-0.1, 0, 0.1, 0.2]
    second.score = -0.5
    var all = [first, second]
    AdvantageEstimation(options: options).fill(&all, klCoefficient: klCoefficient)
    return all
  }

  private func expectClose(_ found: [Double], _ wanted: [Double]) {
    #expect(greatestDifference(found, wanted) < 1e-7, "\(found)")
  }

  @Test func `Rewards carry the KL of each token and the score one step late`() {
    let rollouts = rollouts(options(.trl))
    expectClose(rollouts[0].rewards, [-0.005, 0.005, 0.025, 1])
    expectClose(rollouts[1].rewards, [0.005, -0.015, 0.005, -0.505])
  }

  @Test func `Advantages follow from rewards and values, and returns from both`() {
    let rollouts = rollouts(options(.trl))
    let raw = rollouts.map { rollout in zip(rollout.returns, rollout.values).map { $0 - Double($1) } }
    expectClose(raw[0], [0.8219875, 0.76525, 0.695, 0.6])
    expectClose(raw[1], [-0.323936875, -0.4515125, -0.56475, -0.705])
    expectClose(rollouts[0].returns, [0.9219875, 0.96525, 0.995, 1])
    expectClose(rollouts[1].returns, [-0.423936875, -0.4515125, -0.46475, -0.505])
  }

  @Test func `Advantages are whitened over the tokens that count`() {
    let rollouts = rollouts(options(.trl))
    expectClose(rollouts[0].advantages, [1.14132427, 1.05915978, 0.95742713, 0])
    expectClose(rollouts[1].advantages, [-0.51814783, -0.70289666, -0.86688172, -1.06998497])
  }

  @Test(arguments: [0, 1])
  func `Losses and clip fractions of an update`(index: Int) {
    let table = Table.all[index]
    let figures = figures(of: rollouts(options(.trl, table.estimator)), options(.trl, table.estimator))
    #expect(abs(figures.policyLoss - table.policyLoss) < 1e-7)
    #expect(abs(figures.valueLoss - table.valueLoss) < 1e-7)
    #expect(abs(figures.policyLoss + 0.1 * figures.valueLoss - table.loss) < 1e-7)
    #expect(figures.clipFraction == 2.0 / 7 && figures.valueClipFraction == 0.25)
  }

  @Test(arguments: [(PPOOptions.Conventions.trl, 0.033281250), (.plumbline, 0.038035714)])
  func `The approximate KL averages over padding under TRL's conventions only`(
    conventions: PPOOptions.Conventions, expected: Double
  ) {
    let figures = figures(of: rollouts(options(.trl)), options(conventions))
    #expect(abs(figures.approximateKL - expected) < 1e-7)
  }

  @Test func `By default the score comes with the last token, and nothing after it counts`() {
    let rollouts = rollouts(options(.plumbline))
    expectClose(rollouts[0].rewards, [-0.005, 0.005, 1.025, 0])
    expectClose(rollouts[1].rewards, [0.005, -0.015, 0.005, -0.505])
    #expect(rollouts[0].returns[3] == 0 && rollouts[0].advantages[3] == 0)
    #expect(AdvantageEstimation(options: options(.plumbline)).valuedLength(rollouts[0]) == 3)
    #expect(AdvantageEstimation(options: options(.trl)).valuedLength(rollouts[0]) == 4)
  }

  @Test func `With lambda and gamma of one, returns are the sums of the rewards to come`() {
    var options = options(.plumbline)
    options.lambda = 1
    for rollout in rollouts(options) {
      for position in 0..<rollout.length {
        let wanted = rollout.rewards[position...].reduce(0, +)
        #expect(abs(rollout.returns[position] - wanted) < 1e-9)
      }
    }
  }

  @Test func `Whitened rewards have unit variance around their old mean`() {
    var options = options(.plumbline)
    let plain = rollouts(options).flatMap { $0.rewards[..<$0.length] }
    options.whitensRewards = true
    let whitened = rollouts(options).flatMap { $0.rewards[..<$0.length] }
    let means = [plain, whitened].map { $0.reduce(0, +) / Double($0.count) }
    #expect(abs(means[0] - means[1]) < 1e-9)
    let variance = whitened.reduce(0) { $0 + ($1 - means[1]) * ($1 - means[1]) } / Double(whitened.count - 1)
    #expect(abs(variance - 1) < 1e-6)
  }

  @Test func `Gradients of an update are the slopes of its loss`() {
    let options = options(.trl)
    let rollouts = rollouts(options)
    let (policy, value) = gradients(of: rollouts, options)
    func loss(_ logps: [Float], _ values: [Float]) -> Double {
      let figures = figures(of: rollouts, options, logps, values)
      return figures.policyLoss + options.valueCoefficient * figures.valueLoss
    }
    for index in 0..<8 {
      for (isPolicy, gradient) in [(true, policy), (false, value)] {
        func moved(_ step: Float) -> Double {
          var (logps, values) = (newLogProbabilities, newValues)
          if isPolicy { logps[index] += step } else { values[index] += step }
          return loss(logps, values)
        }
        let slope = (moved(0x1p-10) - moved(-0x1p-10)) / 0x1p-9
        #expect(abs(Double(gradient[index]) - slope) < 1e-4)
      }
    }
  }

  private func gradients(of rollouts: [Rollout], _ options: PPOOptions) -> (policy: [Float], value: [Float]) {
    var sums = MiniBatchSums(options: options)
    return add(rollouts, options, newLogProbabilities, newValues, to: &sums)
  }

  private func figures(
    of rollouts: [Rollout], _ options: PPOOptions, _ logps: [Float]? = nil, _ values: [Float]? = nil
  ) -> MiniBatchFigures {
    var sums = MiniBatchSums(options: options)
    _ = add(rollouts, options, logps ?? newLogProbabilities, values ?? newValues, to: &sums)
    return sums.figures(counted: 7, valued: 8)
  }

  @discardableResult
  private func add(
    _ rollouts: [Rollout], _ options: PPOOptions, _ logps: [Float], _ values: [Float],
    to sums: inout MiniBatchSums
  ) -> ([Float], [Float]) {
    let policy = sums.addPolicy(
      logProbabilities: logps, entropies: Array(repeating: 0, count: 8), rollouts[...], [0..<4, 4..<8],
      share: 1.0 / 7)
    let value = sums.addValues(
      values, rollouts.map { ($0, 4) }, [0..<4, 4..<8], share: options.valueCoefficient / 8)
    return (policy, value)
  }
}
