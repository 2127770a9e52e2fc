import Alignment
import Foundation

/// What was measured of one model; nil where the evaluation had nothing to measure it on.
struct EvaluatedModel {
  let name: String
  /// Nats per trained token of the held-out rows.
  var loss: Double?
  /// Nats per token of the corpus.
  var corpusLoss: Double?
  /// Relative change of the corpus's perplexity against the baseline.
  var alignmentTax: Double?
  var answers: SampledAnswers?
  /// One per answer.
  var rewards: [Double] = []
  var verdicts: [RuleJudge.Verdict] = []
  /// Share of answers that are the expected ones.
  var exactMatch: Double?
  /// Mean reward for the length of the answers.
  var lengthReward: Double?
  /// KL from the baseline, in nats per answer.
  var divergence: Double?

  init(name: String) { self.name = name }

  var meanReward: Double? { rewards.isEmpty ? nil : rewards.reduce(0, +) / Double(rewards.count) }

  /// Standard error of the mean reward over prompts.
  var rewardError: Double? {
    guard let mean = meanReward, rewards.count > 1 else { return nil }
    let squares = rewards.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(rewards.count - 1) / Double(rewards.count)).squareRoot()
  }

  var passRate: Double? {
    verdicts.isEmpty ? nil : Double(verdicts.count { $0.passes }) / Double(verdicts.count)
  }

  /// Win rates against another model, by reward and by rules.
  func winRates(against other: EvaluatedModel) -> (reward: Double?, judge: Double?) {
    (
      rewards.isEmpty ? nil : winRate(rewards, against: other.rewards),
      verdicts.isEmpty
        ? nil
        : winRate(verdicts.map { Double($0.satisfied) }, against: other.verdicts.map { Double($0.satisfied) })
    )
  }

  /// All figures under `NAME.`, as `require` and `plumb metrics` name them.
  func metrics(baseline: String, others: [EvaluatedModel]) -> [Metric] {
    var metrics: [Metric] = []
    func add(_ key: String, _ value: Double?) {
      if let value { metrics.append(Metric("\(name).\(key)", value)) }
    }
    add("loss", loss)
    add("perplexity", loss.map { exp($0) })
    add("corpus_loss", corpusLoss)
    add("corpus_perplexity", corpusLoss.map { exp($0) })
    add("alignment_tax", alignmentTax)
    add("reward", meanReward)
    add("reward_standard_error", rewardError)
    add("judge_pass_rate", passRate)
    add("exact_match", exactMatch)
    add("length_reward", lengthReward)
    add("kl_to_\(baseline)", divergence)
    for metric in answers?.figures ?? [] { add(metric.name, metric.value) }
    for other in others {
      let rates = winRates(against: other)
      add("win_rate_vs_\(other.name)", rates.reward)
      add("judge_win_rate_vs_\(other.name)", rates.judge)
    }
    return metrics
  }
}
