import Alignment
import Testing

/// Two groups of three answers by hand.
@Suite struct GroupAdvantageTests {
  private func rollouts(_ scores: [Double]) -> [Rollout] {
    scores.map { score in
      var rollout = Rollout(query: [1], response: [5, 9], endIDs: [9])
      rollout.score = score
      rollout.logProbabilities = [-1, -2]
      rollout.referenceLogProbabilities = [-1.5, -2.25]
      return rollout
    }
  }

  private func expectClose(_ found: [Double], _ wanted: [Double]) {
    #expect(zip(found, wanted).allSatisfy { abs($0 - $1) < 1e-9 } && found.count == wanted.count, "\(found)")
  }

  private let scores = [1.0, 2, 3, 5, 5, 5]

  @Test func `GRPO measures an answer by its group's mean and spread`() {
    let options = GroupOptions(generations: 3, beta: 0)
    let scaled = GroupRelativeLoss().advantages(of: rollouts(scores), options: options)
    expectClose(scaled.values, [-1 / 1.0001, 0, 1 / 1.0001, 0, 0, 0])
    expectClose(scaled.deviations, [1, 1, 1, 0, 0, 0])
    var loss = GroupRelativeLoss()
    loss.rewardScale = .none
    expectClose(loss.advantages(of: rollouts(scores), options: options).values, [-1, 0, 1, 0, 0, 0])
    loss.rewardScale = .batch
    let whole = 3.1.squareRoot()
    expectClose(
      loss.advantages(of: rollouts(scores), options: options).values,
      [-1 / (whole + 1e-4), 0, 1 / (whole + 1e-4), 0, 0, 0])
  }

  @Test func `RLOO measures an answer by the mean of the others`() {
    let result = LeaveOneOutLoss().advantages(
      of: rollouts(scores), options: GroupOptions(generations: 3, beta: 0))
    expectClose(result.values, [-1.5, 0, 1.5, 0, 0, 0])
    #expect(result.divergence == nil)
  }

  @Test func `RLOO takes the KL of the whole answer off a clipped reward`() {
    var loss = LeaveOneOutLoss()
    loss.rewardClipRange = 0...2
    var answers = rollouts([1, 2, 3])
    answers[0].referenceLogProbabilities = [-1, -2]
    let result = loss.advantages(of: answers, options: GroupOptions(generations: 3, beta: 2))
    // Rewards 1 - 0, 2 - 1.5, 2 - 1.5.
    expectClose(result.values, [0.5, -0.25, -0.25])
    #expect(result.divergence == 0.25)
  }
}
