/// Means over the answers of one update, before it.
struct RolloutSummary {
  /// Mean over answers of the summed KL estimate, in nats.
  let divergence: Double
  let metrics: [Metric]

  init(_ rollouts: [Rollout], options: PPOOptions, klCoefficient: Double) {
    let count = Double(max(1, rollouts.count))
    func mean(_ value: (Rollout) -> Double) -> Double { rollouts.reduce(0) { $0 + value($1) } / count }
    divergence = mean { $0.divergence(options.klEstimator) }
    let score = mean(\.score)
    let penalty = -klCoefficient * divergence
    metrics = [
      Metric("objective/kl", divergence),
      Metric(
        "objective/entropy",
        mean { rollout in -rollout.logProbabilities[..<rollout.length].reduce(0.0) { $0 + Double($1) } }),
      Metric("objective/non_score_reward", penalty), Metric("objective/rlhf_reward", penalty + score),
      Metric("objective/scores", score), Metric("objective/response_length", mean { Double($0.length) }),
      Metric("val/num_eos_tokens", Double(rollouts.reduce(0) { $0 + $1.endTokens })),
    ]
  }
}
