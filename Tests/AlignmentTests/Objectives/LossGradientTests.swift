import Alignment
import Foundation
import TestSupport
import Testing

@Suite(.tags(.gradient)) struct LossGradientTests {
  private let step = 1e-5

  private func slope(at x: Double, _ loss: (Double) -> Double) -> Double {
    (loss(x + step) - loss(x - step)) / (2 * step)
  }

  @Test(arguments: RankingLossType.allCases, [[0, 1, 2, 3], [0, 0, 1, 2], [0, 1, 1, 1], [2, 0, 1, 0]])
  func `The gradient of a ranking's loss is that of its loss`(type: RankingLossType, ranks: [Int]) {
    var numbers = SeededNumbers(seed: UInt64(ranks[0] + 5 * ranks[1] + 25 * ranks[2]))
    let rewards = numbers.floats(4)
    let loss = RankingLoss(type, centering: 0.05)
    let margin = type == .pairwise ? 0.3 : 0
    let gradient = loss(rewards, ranks: ranks, margin: margin).gradient
    for index in rewards.indices {
      func shifted(by amount: Float) -> (value: Float, loss: Double) {
        var moved = rewards
        moved[index] += amount
        return (moved[index], loss(moved, ranks: ranks, margin: margin).loss)
      }
      let (above, below) = (shifted(by: 0x1p-9), shifted(by: -0x1p-9))
      let expected = (above.loss - below.loss) / Double(above.value - below.value)
      #expect(abs(gradient[index] - expected) < 1e-6)
    }
  }

  @Test(arguments: SupervisedLossType.allCases)
  func `The gradient of a token's loss treats its weight as given`(type: SupervisedLossType) {
    let result = NextTokenLoss(tokens: 4, type: type)([-0.7, -1.9])
    for (index, logProbability) in [-0.7, -1.9].enumerated() {
      let weight = type == .nll ? 1 : exp(Double(Float(logProbability)))
      #expect(abs(result.gradient[index] - slope(at: logProbability) { -weight * $0 / 4 }) < 1e-8)
    }
  }

  @Test(arguments: [-0.9, -0.15, 0, 0.1, 0.6], [-1.3, 0.8])
  func `The clipped surrogate's slope is that of its loss`(change: Double, advantage: Double) {
    let loss = ProximalPolicyLoss(clipRange: 0.2)
    let old = -1.1
    let result = loss(new: old + change, old: old, advantage: advantage)
    let expected = slope(at: old + change) { loss(new: $0, old: old, advantage: advantage).loss }
    #expect(abs(result.slope - expected) < 1e-8)
    #expect(result.isClipped == (result.slope == 0))
  }

  @Test(arguments: [-0.9, -0.15, 0.1, 0.6], [-1.3, 0.05, 0.8])
  func `The clipped value loss's slope is that of its loss`(change: Double, target: Double) {
    let loss = ClippedValueLoss(clipRange: 0.2)
    let result = loss(new: 0.3 + change, old: 0.3, target: target)
    let expected = slope(at: 0.3 + change) { loss(new: $0, old: 0.3, target: target).loss }
    #expect(abs(result.slope - expected) < 1e-8)
  }
}
