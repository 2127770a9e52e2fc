import Alignment
import TestSupport
import Testing

@Suite(.tags(.gradient)) struct PreferenceGradientTests {
  /// Losses of a batch of pairs, each a function of what is moved below.
  static let losses: [(name: String, loss: any PreferenceLoss)] =
    PreferenceLossType.all.map { type in
      var options = PreferenceOptions()
      options.lossTypes = [type]
      options.beta = 0.4
      options.labelSmoothing = 0.1
      options.discopopTau = 0.7
      return (type.name, options.loss)
    } + [
      ("orpo", OddsRatioLoss(beta: 0.7)),
      ("simpo", SimplePreferenceLoss(beta: 2, gammaBetaRatio: 0.3, labelSmoothing: 0.1)),
    ]

  @Test(arguments: losses.indices, 0..<3)
  func `A loss's derivatives are those of its value`(index: Int, seed: UInt64) throws {
    let loss = Self.losses[index].loss
    var numbers = SeededNumbers(seed: seed)
    let pairs = (0..<5).map { _ in
      let lengths = (1 + numbers.integer(below: 9), 1 + numbers.integer(below: 9))
      return PreferencePair(
        chosen: .init(
          policy: -20 * numbers.uniform(0.1...1), reference: loss.averagesTokens ? 0 : -10 + numbers.normal(),
          length: lengths.0),
        rejected: .init(
          policy: -20 * numbers.uniform(0.1...1), reference: loss.averagesTokens ? 0 : -10 + numbers.normal(),
          length: lengths.1),
        weight: loss.couplesPairs ? 1 : numbers.uniform(0.5...1.5), likelihood: -numbers.uniform(1...9))
    }
    func value(_ change: (inout [PreferencePair]) -> Void) -> Double {
      var moved = pairs
      change(&moved)
      return loss(PreferenceBatch(moved, likelihoodTokens: 17)).reduce(0) { $0 + $1.loss }
    }
    let step = 1e-5
    func slope(
      _ path: WritableKeyPath<PreferencePair, Double>, _ score: WritableKeyPath<PreferencePair, Double>?,
      _ row: Int
    )
      -> Double
    {
      func moved(_ amount: Double) -> Double {
        value {
          $0[row][keyPath: path] += amount
          if let score { $0[row][keyPath: score] += amount }
        }
      }
      return (moved(step) - moved(-step)) / (2 * step)
    }
    let parts = loss(PreferenceBatch(pairs, likelihoodTokens: 17))
    for (row, part) in parts.enumerated() {
      let chosen = slope(\.chosen.policy, \.chosen.score, row)
      let rejected = slope(\.rejected.policy, \.rejected.score, row)
      let likelihood = slope(\.likelihood, nil, row)
      let scale = 1 + abs(chosen) + abs(rejected)
      #expect(abs(part.chosen - chosen) < 1e-6 * scale, "\(Self.losses[index].name)")
      #expect(abs(part.rejected - rejected) < 1e-6 * scale, "\(Self.losses[index].name)")
      #expect(abs(part.likelihood - likelihood) < 1e-8, "\(Self.losses[index].name)")
    }
  }

  @Test(arguments: FDivergence.Kind.allCases, [-3.0, -0.4, 0, 0.9, 4])
  func `A divergence's slope is that of its score`(kind: FDivergence.Kind, ratio: Double) {
    for alpha in [0.3, 0.5, 1, 2] {
      let divergence = FDivergence(kind: kind, alpha: alpha)
      let step = 1e-6
      let expected = (divergence(ratio + step).score - divergence(ratio - step).score) / (2 * step)
      #expect(relativeDifference(divergence(ratio).slope, expected) < 1e-6)
    }
  }

  @Test func `The alpha divergence is held where Float32 would overflow`() {
    let divergence = FDivergence(kind: .alpha, alpha: 2)
    #expect(divergence(100).slope == 0 && divergence(100).score == divergence(90).score)
  }

  @Test(arguments: ProspectLoss.Form.allCases, [-4.0, -0.3, 0.1, 5])
  func `KTO's slope is that of its loss`(form: ProspectLoss.Form, ratio: Double) {
    let loss = ProspectLoss(form: form, beta: 0.4, desirableWeight: 1.3, undesirableWeight: 0.7)
    let step = 1e-6
    for isDesirable in [true, false] {
      func value(_ x: Double) -> Double {
        loss(logRatio: x, isDesirable: isDesirable, divergence: 0.6).loss
      }
      let slope = loss(logRatio: ratio, isDesirable: isDesirable, divergence: 0.6).slope
      #expect(abs(slope - (value(ratio + step) - value(ratio - step)) / (2 * step)) < 1e-8)
    }
  }
}
