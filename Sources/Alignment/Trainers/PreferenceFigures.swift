import Compute

/// Sums over the pairs of a batch, for the metrics of preference training.
struct PreferenceFigures {
  /// What is summed over one side's answers.
  private struct Side {
    var reward = 0.0
    var logp = 0.0
    var logit = 0.0
    var tokens = 0

    static func + (a: Side, b: Side) -> Side {
      Side(
        reward: a.reward + b.reward, logp: a.logp + b.logp, logit: a.logit + b.logit,
        tokens: a.tokens + b.tokens)
    }
  }

  private let beta: Double
  private(set) var loss = 0.0
  private var pairs = 0
  private var wins = 0
  private var entropy = 0.0
  private var correct = 0
  private var chosen = Side()
  private var rejected = Side()

  init(beta: Double) { self.beta = beta }

  mutating func add(
    _ head: HeadOutput, chosen: Range<Int>, rejected: Range<Int>, logps: (chosen: Double, rejected: Double),
    reference: PreferenceObjective.ReferencePair, loss: Double
  ) {
    let chosenReward = beta * (logps.chosen - reference.chosen)
    let rejectedReward = beta * (logps.rejected - reference.rejected)
    self.loss += loss
    pairs += 1
    wins += chosenReward > rejectedReward ? 1 : 0
    self.chosen = self.chosen + side(head, chosen, reward: chosenReward, logp: logps.chosen)
    self.rejected = self.rejected + side(head, rejected, reward: rejectedReward, logp: logps.rejected)
    guard !head.entropies.isEmpty else { return }
    for position in [chosen, rejected].joined() { entropy += Double(head.entropies[position]) }
    correct += head.isArgmax[chosen].count { $0 }
  }

  private func side(_ head: HeadOutput, _ range: Range<Int>, reward: Double, logp: Double) -> Side {
    let logits = head.meanLogits.isEmpty ? 0 : head.meanLogits[range].reduce(0.0) { $0 + Double($1) }
    return Side(reward: reward, logp: logp, logit: logits, tokens: range.count)
  }

  mutating func add(_ other: PreferenceFigures) {
    loss += other.loss
    pairs += other.pairs
    wins += other.wins
    entropy += other.entropy
    correct += other.correct
    chosen = chosen + other.chosen
    rejected = rejected + other.rejected
  }

  var metrics: [Metric] {
    let count = Double(max(1, pairs))
    let chosenTokens = Double(max(1, chosen.tokens))
    let rejectedTokens = Double(max(1, rejected.tokens))
    return [
      Metric("rewards/chosen", chosen.reward / count), Metric("rewards/rejected", rejected.reward / count),
      Metric("rewards/accuracies", Double(wins) / count),
      Metric("rewards/margins", (chosen.reward - rejected.reward) / count),
      Metric("logps/chosen", chosen.logp / count), Metric("logps/rejected", rejected.logp / count),
      Metric("logits/chosen", chosen.logit / chosenTokens),
      Metric("logits/rejected", rejected.logit / rejectedTokens),
      Metric("entropy", entropy / (chosenTokens + rejectedTokens)),
      Metric("mean_token_accuracy", Double(correct) / chosenTokens),
    ]
  }
}
