import Foundation

/// Figures of a batch of answers before anything is learnt from them, under TRL's names.
struct CompletionFigures {
  let metrics: [Metric]

  /// - Parameters:
  ///   - rewards: of the answers, by function.
  ///   - tokensSeen: prompt and answer tokens since the start.
  init(_ rollouts: [Rollout], _ rewards: RewardTable, _ advantages: GroupAdvantages, tokensSeen: Int) {
    let lengths = rollouts.map { Double($0.length) }
    let ended = rollouts.filter(\.endsWithEOS).map { Double($0.length) }
    let count = Double(max(1, rollouts.count))
    var metrics = [Metric("num_tokens", Double(tokensSeen))]
    metrics += Self.spread(lengths, "length")
    metrics.append(Metric("completions/clipped_ratio", Double(rollouts.count - ended.count) / count))
    metrics += Self.spread(ended, "terminated_length")
    for (name, values) in zip(rewards.names, rewards.values) {
      let moments = Moments(values)
      metrics.append(Metric("rewards/\(name)/mean", moments.mean))
      metrics.append(Metric("rewards/\(name)/std", moments.variance.squareRoot()))
    }
    let totals = Moments(rewards.totals)
    metrics.append(Metric("reward", totals.mean))
    metrics.append(Metric("reward_std", totals.variance.squareRoot()))
    // torch.isclose against 0.
    let flat = advantages.deviations.count { $0 <= 1e-8 }
    metrics.append(Metric("frac_reward_zero_std", Double(flat) / count))
    if let divergence = advantages.divergence { metrics.append(Metric("kl", divergence)) }
    self.metrics = metrics
  }

  /// Mean, least and greatest; zeros for none.
  private static func spread(_ lengths: [Double], _ name: String) -> [Metric] {
    [
      Metric("completions/mean_\(name)", lengths.reduce(0, +) / Double(max(1, lengths.count))),
      Metric("completions/min_\(name)", lengths.min() ?? 0),
      Metric("completions/max_\(name)", lengths.max() ?? 0),
    ]
  }
}
