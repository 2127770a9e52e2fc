import DataLoading

/// How a ranking's rewards become a loss.
public enum RankingLossType: String, Sendable, Hashable, CaseIterable {
  case pairwise
  case plackettLuce = "plackett_luce"
}

/// The loss of one ranking: Bradley–Terry over its pairs or Plackett–Luce over the list, and centering.
///
/// Centering adds the mean over pairs of different rank of `c (r_w + r_l)²` (Eisenstein et al. 2023; TRL 1.16).
public struct RankingLoss: Sendable {
  public let type: RankingLossType
  /// `c`; 0 leaves rewards free to drift.
  public let centering: Double

  public init(_ type: RankingLossType = .pairwise, centering: Double = 0) {
    self.type = type
    self.centering = centering
  }

  /// - Parameters:
  ///   - rewards: one per answer.
  ///   - ranks: one per answer, ascending from 0 for the best; equal ones are tied.
  ///   - margin: how much better the better answer of a pair should at least be; read by `pairwise` alone.
  public func callAsFunction(_ rewards: [Float], ranks: [Int], margin: Double = 0) -> LossAndGradient {
    precondition(rewards.count == ranks.count, "\(rewards.count) rewards with \(ranks.count) ranks")
    let pairs = TokenizedRanking.pairs(ranks)
    let scores = rewards.map(Double.init)
    var result =
      switch type {
      case .pairwise: PairwiseRewardLoss()(scores, pairs: pairs, margin: margin)
      case .plackettLuce: PlackettLuceLoss()(scores, ranks: ranks)
      }
    guard centering > 0 else { return result }
    let share = centering / Double(max(1, pairs.count))
    for pair in pairs {
      let sum = scores[pair.winner] + scores[pair.loser]
      result.loss += share * sum * sum
      result.gradient[pair.winner] += 2 * share * sum
      result.gradient[pair.loser] += 2 * share * sum
    }
    return result
  }
}
