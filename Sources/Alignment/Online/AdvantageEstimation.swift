/// Rewards, advantages and returns of a batch of answers.
///
/// Per-token rewards are `-kl_coef · kl`, the score added at one position; advantages follow generalised advantage
/// estimation (Schulman et al. 2016, eq. 16) from the last token back, then are whitened over the batch.
public struct AdvantageEstimation: Sendable {
  public let options: PPOOptions

  public init(options: PPOOptions) { self.options = options }

  /// Positions of an answer that carry values: one more than its tokens under TRL's conventions, where the score
  /// comes one step late.
  public func valuedLength(_ rollout: Rollout) -> Int {
    options.conventions == .trl ? min(rollout.length + 1, rollout.response.count) : rollout.length
  }

  /// Fills in rewards, advantages and returns from scores, log-probabilities and values.
  public func fill(_ rollouts: inout [Rollout], klCoefficient: Double) {
    for index in rollouts.indices {
      let rollout = rollouts[index]
      var rewards = Array(repeating: 0.0, count: rollout.response.count)
      for (position, divergence) in rollout.divergences(options.klEstimator).enumerated() {
        rewards[position] = -klCoefficient * divergence
      }
      rewards[valuedLength(rollout) - 1] += rollout.score
      rollouts[index].rewards = rewards
    }
    if options.whitensRewards { whitenRewards(&rollouts) }
    for index in rollouts.indices { estimate(&rollouts[index]) }
    if options.whitensAdvantages { whitenAdvantages(&rollouts) }
  }

  private func estimate(_ rollout: inout Rollout) {
    let length = valuedLength(rollout)
    var advantages = Array(repeating: 0.0, count: rollout.response.count)
    var next = 0.0
    var nextValue = 0.0
    for position in stride(from: length - 1, through: 0, by: -1) {
      let value = Double(rollout.values[position])
      let delta = rollout.rewards[position] + options.gamma * nextValue - value
      next = delta + options.gamma * options.lambda * next
      nextValue = value
      advantages[position] = next
    }
    rollout.advantages = advantages
    rollout.returns = advantages.indices.map {
      $0 < length ? advantages[$0] + Double(rollout.values[$0]) : 0
    }
  }

  /// To unit variance around the old mean.
  private func whitenRewards(_ rollouts: inout [Rollout]) {
    let moments = Moments(rollouts.flatMap { $0.rewards[..<valuedLength($0)] })
    for index in rollouts.indices {
      for position in 0..<valuedLength(rollouts[index]) {
        rollouts[index].rewards[position] =
          moments.whitened(rollouts[index].rewards[position]) + moments.mean
      }
    }
  }

  /// To mean 0 and unit variance over the counted tokens; 0 beyond them.
  private func whitenAdvantages(_ rollouts: inout [Rollout]) {
    let moments = Moments(rollouts.flatMap { $0.advantages[..<$0.length] })
    for index in rollouts.indices {
      for position in rollouts[index].advantages.indices {
        let isCounted = position < rollouts[index].length
        rollouts[index].advantages[position] =
          isCounted ? moments.whitened(rollouts[index].advantages[position]) : 0
      }
    }
  }
}
