import Alignment
import Testing

/// Values computed by hand in Float64 from the formulas of TRL 1.16 and the papers.
@Suite struct HandComputedLossTests {
  @Test(arguments: [
    (margin: 0.0, centering: 0.0, expected: 0.371100666), (0, 0.01, 0.396700666), (0.5, 0, 0.554355244),
    (0.5, 0.01, 0.579955244),
  ])
  func `The reward loss of a pair, with margin and centering`(
    margin: Double, centering: Double, expected: Double
  ) {
    let loss = RankingLoss(centering: centering)
    #expect(abs(loss([1.2, 0.4], ranks: [0, 1], margin: margin).loss - expected) < 1e-7)
  }

  @Test(arguments: [(RankingLossType.pairwise, 0.325233331), (.plackettLuce, 0.917481122)])
  func `The reward loss of a list, over its pairs or its order`(type: RankingLossType, expected: Double) {
    #expect(abs(RankingLoss(type)([1.2, 0.4, -0.3], ranks: [0, 1, 2]).loss - expected) < 1e-7)
  }

  @Test func `Plackett–Luce of two answers is the loss of their pair`() {
    let pair = RankingLoss(.pairwise, centering: 0.01)([1.2, 0.4], ranks: [0, 1])
    let list = RankingLoss(.plackettLuce, centering: 0.01)([1.2, 0.4], ranks: [0, 1])
    #expect(abs(pair.loss - list.loss) < 1e-12)
    for (one, other) in zip(pair.gradient, list.gradient) { #expect(abs(one - other) < 1e-12) }
  }

  @Test(arguments: RankingLossType.allCases)
  func `Tied answers do not compete`(type: RankingLossType) {
    let tied = RankingLoss(type, centering: 0.5)([1.2, 0.4], ranks: [0, 0])
    #expect(tied.loss == 0 && tied.gradient == [0, 0])
    // log(1 + e^{-2}) and log(1 + e^{-1}): each of the best against the worst alone.
    let sum = 0.126928011 + 0.313261688
    let mixed = RankingLoss(type)([2, 1, 0], ranks: [0, 0, 1])
    #expect(abs(mixed.loss - (type == .pairwise ? sum / 2 : sum)) < 1e-7)
    let last = RankingLoss(type)([0, 1, 1], ranks: [0, 1, 1])
    #expect(last.gradient[1] == last.gradient[2])
  }

  @Test(arguments: RankingLossType.allCases)
  func `Rewards far apart overflow nothing`(type: RankingLossType) {
    for rewards: [Float] in [[3e4, 0, -3e4], [-3e4, 0, 3e4]] {
      let result = RankingLoss(type)(rewards, ranks: [0, 1, 2])
      #expect(result.loss.isFinite && result.gradient.allSatisfy(\.isFinite))
    }
  }

  @Test func `Next-token loss divides by the tokens of the whole batch`() {
    let result = NextTokenLoss(tokens: 8)([-1, -2, -0.5])
    #expect(result.loss == 3.5 / 8)
    #expect(result.gradient == [-0.125, -0.125, -0.125])
  }

  /// `p log p` of the three tokens: 0.367879441, 0.270670566, 0.303265330.
  @Test func `Dynamic fine-tuning weights each token by its probability, without a gradient`() {
    let result = NextTokenLoss(tokens: 8, type: .dft)([-1, -2, -0.5])
    #expect(abs(result.loss - 0.941815337 / 8) < 1e-9)
    for (found, weight) in zip(result.gradient, [0.367879441, 0.135335283, 0.606530660]) {
      #expect(abs(found + weight / 8) < 1e-9)
    }
  }
}
