/// REINFORCE leave-one-out (Kool et al. 2019; Ahmadian et al. 2024; TRL 1.16 `RLOOTrainer`).
///
/// Reward of an answer: its score, cut to a range, minus `β Σ_t (log π_old - log ref)`. Advantage: the reward minus the
/// mean of the group's others, `(Σr - r) / (G - 1)`; if asked for, normalised over the batch,
/// `(A - mean) / (std + 1e-4)`. Loss: the mean over answers of `max(-Aρ, -A clamp(ρ, 1-ε, 1+ε_high))` with
/// the ratio ρ of the whole answer.
public struct LeaveOneOutLoss: GroupObjective, Hashable {
  public var normalizesAdvantages = false
  /// What scores are cut to.
  public var rewardClipRange: ClosedRange<Double>?

  public init() {}

  public static var defaultOptions: GroupOptions { GroupOptions(generations: 2, beta: 0.05) }

  public func advantages(of rollouts: [Rollout], options: GroupOptions) -> GroupAdvantages {
    let divergences = rollouts.map { rollout in
      options.beta == 0 ? 0 : rollout.divergence(.k1, tokens: options.trainedLength(rollout))
    }
    let rewards = zip(rollouts, divergences).map { rollout, divergence in
      clipped(rollout.score) - options.beta * divergence
    }
    var result = GroupAdvantages(values: [], deviations: [])
    for group in rewards.parts(of: options.generations) {
      let sum = group.reduce(0, +)
      let deviation = Moments(Array(group)).variance.squareRoot()
      for reward in group {
        result.values.append(reward - (sum - reward) / Double(group.count - 1))
        result.deviations.append(deviation)
      }
    }
    if normalizesAdvantages {
      let moments = Moments(result.values)
      result.values = result.values.map { ($0 - moments.mean) / (moments.variance.squareRoot() + 1e-4) }
    }
    if options.beta != 0 {
      let tokens = rollouts.reduce(0) { $0 + options.trainedLength($1) }
      result.divergence = divergences.reduce(0, +) / Double(max(1, tokens))
    }
    return result
  }

  public func loss(of answer: AnswerTokens, in batch: GroupBatch, options: GroupOptions) -> AnswerLoss {
    let logRatio = zip(answer.new, answer.old).reduce(0) { $0 + ($1.0 - $1.1) }
    let ratio = options.surrogate()(logRatio: logRatio, advantage: answer.advantage)
    let share = 1 / Double(batch.answers)
    var result = AnswerLoss()
    result.count(ratio, advantage: answer.advantage)
    result.loss = share * ratio.loss
    result.slopes = Array(repeating: share * ratio.slope, count: answer.new.count)
    return result
  }

  private func clipped(_ score: Double) -> Double {
    rewardClipRange.map { min(max(score, $0.lowerBound), $0.upperBound) } ?? score
  }
}
