import Alignment
import TestSupport
import Testing

@Suite(.tags(.gradient)) struct GroupLossGradientTests {
  private let batch = GroupBatch(answers: 3, tokens: 17)

  private func answer(seed: UInt64, advantage: Double) -> AnswerTokens {
    var numbers = SeededNumbers(seed: seed)
    let old = (0..<5).map { _ in numbers.uniform(-4 ... -0.5) }
    return AnswerTokens(
      new: old.map { $0 + numbers.uniform(-0.5...0.5) }, old: old,
      reference: old.map { $0 + numbers.uniform(-0.4...0.4) }, advantage: advantage)
  }

  private func check(_ loss: any GroupObjective, _ options: GroupOptions, seed: UInt64, advantage: Double) {
    let answer = answer(seed: seed, advantage: advantage)
    let slopes = loss.loss(of: answer, in: batch, options: options).slopes
    for index in answer.new.indices {
      func moved(_ step: Double) -> Double {
        var other = answer
        other.new[index] += step
        return loss.loss(of: other, in: batch, options: options).loss
      }
      let expected = (moved(1e-6) - moved(-1e-6)) / 2e-6
      #expect(abs(slopes[index] - expected) < 1e-7, "seed \(seed), token \(index)")
    }
  }

  @Test(arguments: GroupRelativeLoss.LossType.allCases, GroupRelativeLoss.ImportanceLevel.allCases)
  func `GRPO's slopes are those of its loss`(
    type: GroupRelativeLoss.LossType, level: GroupRelativeLoss.ImportanceLevel
  ) {
    for (correctsDivergence, beta) in [(true, 0.3), (false, 0.3), (true, 0)] {
      var loss = GroupRelativeLoss()
      loss.lossType = type
      loss.importanceLevel = level
      loss.correctsDivergence = correctsDivergence
      loss.delta = 1.4
      var options = GroupOptions(generations: 3, beta: beta)
      options.epsilonHigh = 0.25
      options.maximumCompletionLength = 9
      for seed in 0..<4 {
        for advantage in [-1.2, 0.7] { check(loss, options, seed: UInt64(seed), advantage: advantage) }
      }
    }
  }

  @Test(arguments: 0..<6, [-0.8, 1.1])
  func `RLOO's slopes are those of its loss`(seed: UInt64, advantage: Double) {
    check(LeaveOneOutLoss(), GroupOptions(generations: 3, beta: 0.1), seed: seed, advantage: advantage)
  }

  @Test func `A dual clip bounds what a bad answer costs`() {
    let loss = ProximalPolicyLoss(clipRange: 0.2, bound: 3)
    let bounded = loss(logRatio: 2, advantage: -1)
    #expect(bounded.loss == 3 && bounded.slope == 0 && !bounded.isClipped)
    let free = ProximalPolicyLoss(clipRange: 0.2)(logRatio: 2, advantage: -1)
    #expect(free.loss == free.ratio && free.slope == free.ratio)
    #expect(loss(logRatio: 2, advantage: 1).isClipped)
  }
}
