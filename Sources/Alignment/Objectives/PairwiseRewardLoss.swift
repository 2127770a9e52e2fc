import DataLoading

/// Bradley–Terry loss of a ranking (TRL 1.16 reward; Ouyang et al. 2022 for more than two answers):
/// the mean over its pairs of `-log σ(r_w - r_l - m) + c (r_w + r_l)²`.
public struct PairwiseRewardLoss: Sendable {
  /// `c`; 0 leaves rewards free to drift.
  public let centering: Double

  public init(centering: Double = 0) { self.centering = centering }

  /// - Parameters:
  ///   - rewards: one per answer.
  ///   - pairs: indices of the better and the worse answer.
  ///   - margin: how much better the better one should at least be.
  public func callAsFunction(
    _ rewards: [Float], pairs: [TokenizedRanking.Pair], margin: Double = 0
  ) -> LossAndGradient {
    var result = LossAndGradient(loss: 0, gradient: Array(repeating: 0, count: rewards.count))
    let share = 1 / Double(max(1, pairs.count))
    for pair in pairs {
      let better = Double(rewards[pair.winner])
      let worse = Double(rewards[pair.loser])
      let difference = better - worse - margin
      result.loss += share * (-logSigmoid(difference) + centering * (better + worse) * (better + worse))
      let slope = -sigmoid(-difference)
      let pull = 2 * centering * (better + worse)
      result.gradient[pair.winner] += share * (slope + pull)
      result.gradient[pair.loser] += share * (-slope + pull)
    }
    return result
  }
}
