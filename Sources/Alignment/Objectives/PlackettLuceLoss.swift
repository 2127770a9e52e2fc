import Foundation

/// Negative log-likelihood of a ranking under Plackett–Luce (Plackett 1975; Xia et al. 2008, ListMLE):
/// `Σ_i [log(e^{r_i} + Σ_{j worse than i} e^{r_j}) - r_i]`, a sum over the answers of one list.
///
/// Tied answers do not compete with each other: each is compared with the worse ones alone, so an order among them is
/// neither learned nor punished, and a tie at the end adds nothing, as it makes no pair. Of two answers this is
/// Bradley–Terry.
struct PlackettLuceLoss {
  /// - Parameters:
  ///   - rewards: one per answer.
  ///   - ranks: one per answer, ascending; equal ones are tied.
  func callAsFunction(_ rewards: [Double], ranks: [Int]) -> LossAndGradient {
    var result = LossAndGradient(loss: 0, gradient: Array(repeating: 0, count: rewards.count))
    for index in rewards.indices {
      let others = rewards.indices.filter { ranks[$0] > ranks[index] }
      let competing = [index] + others
      let greatest = competing.reduce(-Double.infinity) { max($0, rewards[$1]) }
      let weights = competing.map { exp(rewards[$0] - greatest) }
      let sum = weights.reduce(0, +)
      result.loss += greatest + log(sum) - rewards[index]
      result.gradient[index] -= 1
      for (competitor, weight) in zip(competing, weights) { result.gradient[competitor] += weight / sum }
    }
    return result
  }
}
