import DataLoading

/// Bradley–Terry loss of a ranking (TRL 1.16 reward; Ouyang et al. 2022, eq. 1, for more than two answers): the mean
/// over its pairs of `-log σ(r_w - r_l - m)`. Tied answers make no pair.
struct PairwiseRewardLoss {
  /// - Parameters:
  ///   - rewards: one per answer.
  ///   - pairs: indices of the better and the worse answer.
  ///   - margin: `m`, in rewards.
  func callAsFunction(_ rewards: [Double], pairs: [TokenizedRanking.Pair], margin: Double) -> LossAndGradient
  {
    var result = LossAndGradient(loss: 0, gradient: Array(repeating: 0, count: rewards.count))
    let share = 1 / Double(max(1, pairs.count))
    for pair in pairs {
      let difference = rewards[pair.winner] - rewards[pair.loser] - margin
      result.loss -= share * logSigmoid(difference)
      let slope = -share * sigmoid(-difference)
      result.gradient[pair.winner] += slope
      result.gradient[pair.loser] -= slope
    }
    return result
  }
}
