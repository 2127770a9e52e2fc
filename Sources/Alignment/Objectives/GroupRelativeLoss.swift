import Foundation

/// Group relative policy optimisation (Shao et al. 2024, eq. 3; TRL 1.16 `GRPOTrainer`).
///
/// Advantage of an answer: `r - mean(group)`, over `std + 1e-4` of the group or the batch (unbiased) or not at all.
/// Loss of a token: `max(-Aρ, -A clamp(ρ, 1-ε, 1+ε_high)) + β ρ (e^d - d - 1)`, `d = log ref - log π`; ρ is the token's
/// ratio, or the geometric mean of the answer's (GSPO, Zheng et al. 2025, eq. 5). The ratio before the KL makes its
/// gradient that of the reverse KL (DeepSeek-V3.2; TRL's `use_bias_correction_kl`).
public struct GroupRelativeLoss: GroupObjective, Hashable {
  /// How the losses of the tokens become the loss of a batch of B answers.
  public enum LossType: String, Sendable, Hashable, CaseIterable {
    /// Mean over answers of the mean over tokens.
    case grpo
    /// Sum over the batch's trained tokens (DAPO, Yu et al. 2025, eq. 8).
    case dapo
    /// Sum over `B · max_completion_length` (Liu et al. 2025, "Dr. GRPO").
    case drGRPO = "dr_grpo"
    /// Mean over the trained tokens of the batch. TRL's takes the mean of each micro-batch, and so depends on their
    /// size; over a whole batch it is `dapo`'s.
    case bnpo
  }

  /// What advantages are divided by.
  public enum RewardScale: String, Sendable, Hashable, CaseIterable { case group, batch, none }

  /// What a ratio belongs to.
  public enum ImportanceLevel: String, Sendable, Hashable, CaseIterable { case token, sequence }

  public var lossType = LossType.dapo
  public var rewardScale = RewardScale.group
  public var importanceLevel = ImportanceLevel.token
  /// Most that a ratio with negative advantage counts; nil: any.
  public var delta: Double?
  /// Whether the KL is weighted by the ratio.
  public var correctsDivergence = true

  public init() {}

  public static var defaultOptions: GroupOptions { GroupOptions(generations: 8, beta: 0) }

  public func advantages(of rollouts: [Rollout], options: GroupOptions) -> GroupAdvantages {
    let whole = Moments(rollouts.map(\.score)).variance.squareRoot()
    var result = GroupAdvantages(values: [], deviations: [])
    for group in rollouts.parts(of: options.generations) {
      let moments = Moments(group.map(\.score))
      let deviation = rewardScale == .batch ? whole : moments.variance.squareRoot()
      for rollout in group {
        let difference = rollout.score - moments.mean
        result.values.append(rewardScale == .none ? difference : difference / (deviation + 1e-4))
        result.deviations.append(deviation)
      }
    }
    return result
  }

  public func loss(of answer: AnswerTokens, in batch: GroupBatch, options: GroupOptions) -> AnswerLoss {
    let surrogate = options.surrogate(bound: delta)
    let share = weight(tokens: answer.new.count, batch, options)
    let divergence = options.beta == 0 ? nil : TokenDivergence(answer)
    let logRatios = zip(answer.new, answer.old).map { $0 - $1 }
    let mean = logRatios.reduce(0, +) / Double(max(1, logRatios.count))
    var result = AnswerLoss()
    if importanceLevel == .sequence {
      result.count(surrogate(logRatio: mean, advantage: answer.advantage), advantage: answer.advantage)
    }
    for (index, logRatio) in logRatios.enumerated() {
      // Every token carries the answer's loss, a share of which depends on each: the slopes are the same.
      let ratio = surrogate(
        logRatio: importanceLevel == .token ? logRatio : mean, advantage: answer.advantage)
      if importanceLevel == .token { result.count(ratio, advantage: answer.advantage) }
      result.loss += share * ratio.loss
      var slope = ratio.slope
      if let divergence {
        let term = penalty(divergence, at: index, ratio: ratio.ratio)
        result.divergence = (result.divergence ?? 0) + term.value
        result.loss += share * options.beta * term.value
        slope += options.beta * term.slope
      }
      result.slopes.append(share * slope)
    }
    return result
  }

  /// `e^d - d - 1` of each token, `d = log ref - log π`, and its slope in `log π`.
  private struct TokenDivergence {
    let values: [Double]
    let slopes: [Double]
    let mean: Double

    init(_ answer: AnswerTokens) {
      let distances = zip(answer.reference, answer.new).map { $0 - $1 }
      values = distances.map { (exp($0) - $0) - 1 }
      slopes = distances.map { 1 - exp($0) }
      mean = values.reduce(0, +) / Double(max(1, values.count))
    }
  }

  /// A token's KL in the loss, and its slope; the ratio that corrects it depends on the token, or a little on each.
  private func penalty(_ divergence: TokenDivergence, at index: Int, ratio: Double) -> (
    value: Double, slope: Double
  ) {
    let (value, slope) = (divergence.values[index], divergence.slopes[index])
    guard correctsDivergence else { return (value, slope) }
    let pull = importanceLevel == .token ? value : divergence.mean
    return (ratio * value, ratio * (slope + pull))
  }

  /// What a token's loss counts.
  private func weight(tokens: Int, _ batch: GroupBatch, _ options: GroupOptions) -> Double {
    switch lossType {
    case .grpo: 1 / Double(max(1, tokens) * batch.answers)
    case .dapo, .bnpo: 1 / Double(max(1, batch.tokens))
    case .drGRPO: 1 / Double(batch.answers * options.maximumCompletionLength)
    }
  }
}
