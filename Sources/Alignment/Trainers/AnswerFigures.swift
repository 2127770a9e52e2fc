import Compute

/// Sums over answers of one sort, for the metrics of preference training.
struct AnswerFigures {
  private(set) var count = 0
  private(set) var tokens = 0
  private(set) var entropy = 0.0
  private(set) var reward = 0.0
  private var logp = 0.0
  private var logit = 0.0
  private var correct = 0

  /// - Parameters:
  ///   - tokens: of the answer, in the head's output.
  ///   - logp: log-probability of the answer, in nats.
  mutating func add(_ head: HeadOutput, _ tokens: Range<Int>, reward: Double, logp: Double) {
    count += 1
    self.tokens += tokens.count
    self.reward += reward
    self.logp += logp
    guard !head.entropies.isEmpty else { return }
    entropy += head.entropies[tokens].reduce(0.0) { $0 + Double($1) }
    logit += head.meanLogits[tokens].reduce(0.0) { $0 + Double($1) }
    correct += head.isArgmax[tokens].count { $0 }
  }

  mutating func add(_ other: AnswerFigures) {
    count += other.count
    tokens += other.tokens
    entropy += other.entropy
    reward += other.reward
    logp += other.logp
    logit += other.logit
    correct += other.correct
  }

  var meanReward: Double { reward / Double(max(1, count)) }
  var tokenAccuracy: Double { Double(correct) / Double(max(1, tokens)) }

  /// `rewards/NAME`, `logps/NAME` and `logits/NAME`; none without an answer.
  func metrics(_ name: String) -> [Metric] {
    guard count > 0 else { return [] }
    return [
      Metric("rewards/" + name, meanReward), Metric("logps/" + name, logp / Double(count)),
      Metric("logits/" + name, logit / Double(max(1, tokens))),
    ]
  }

  /// Mean entropy over the tokens of several sorts.
  static func entropy(_ figures: AnswerFigures...) -> Metric {
    Metric(
      "entropy",
      figures.reduce(0) { $0 + $1.entropy } / Double(max(1, figures.reduce(0) { $0 + $1.tokens })))
  }
}
