import Alignment
import DataLoading
import Testing

/// Values computed by hand in Float64 from the formulas of TRL 1.16 and the papers.
@Suite struct HandComputedLossTests {
  @Test(arguments: [(0.0, 0.653946967), (0.1, 0.661946967)])
  func `DPO's sigmoid loss and its conservative form`(smoothing: Double, expected: Double) {
    let loss = DirectPreferenceLoss(beta: 0.1, labelSmoothing: smoothing)
    #expect(abs(loss(chosen: 0.5, rejected: -0.3).loss - expected) < 1e-9)
  }

  @Test(arguments: [
    (margin: 0.0, centering: 0.0, expected: 0.371100666), (0, 0.01, 0.396700666), (0.5, 0, 0.554355244),
    (0.5, 0.01, 0.579955244),
  ])
  func `The reward loss of a pair, with margin and centering`(
    margin: Double, centering: Double, expected: Double
  ) {
    let loss = PairwiseRewardLoss(centering: centering)
    let pair = TokenizedRanking.Pair(winner: 0, loser: 1)
    #expect(abs(loss([1.2, 0.4], pairs: [pair], margin: margin).loss - expected) < 1e-7)
  }

  @Test func `The reward loss of a list is the mean over its pairs`() {
    let pairs = [(0, 1), (0, 2), (1, 2)].map { TokenizedRanking.Pair(winner: $0, loser: $1) }
    #expect(abs(PairwiseRewardLoss()([1.2, 0.4, -0.3], pairs: pairs).loss - 0.325233331) < 1e-7)
  }

  @Test func `Tied answers of a list make no pair and carry no gradient`() {
    let result = PairwiseRewardLoss(centering: 0.5)([1.2, 0.4], pairs: [])
    #expect(result.loss == 0 && result.gradient == [0, 0])
  }

  @Test func `Next-token loss divides by the tokens of the whole batch`() {
    let result = NextTokenLoss(tokens: 8)([-1, -2, -0.5])
    #expect(result.loss == 3.5 / 8)
    #expect(result.gradient == [-0.125, -0.125, -0.125])
  }

  @Test(arguments: [-2000.0, -40, 0, 40, 2000])
  func `Losses of extreme log-ratios are finite and exact`(difference: Double) {
    let loss = DirectPreferenceLoss(beta: 1)(chosen: difference, rejected: 0)
    #expect(loss.loss.isFinite && loss.slope.isFinite)
    #expect(abs(loss.loss - (difference < -30 ? -difference : loss.loss)) < 1e-9)
    #expect(loss.slope >= -1 && loss.slope <= 0)
  }
}
