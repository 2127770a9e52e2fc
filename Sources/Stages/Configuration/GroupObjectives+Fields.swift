import Alignment
import JSONText
import Pipeline

extension GroupRelativeLoss: Configurable {
  public static var fields: [Field<Self>] {
    [
      .choice("loss_type", \.lossType, "How the losses of tokens become the loss of a batch."),
      .choice("scale_rewards", \.rewardScale, "Whose standard deviation advantages are divided by."),
      .choice(
        "importance_sampling_level", \.importanceLevel, "Whether a ratio belongs to a token or an answer."),
      .optional(
        "delta", \.delta, .number(in: 1...1e6),
        "Most that the ratio of a token with negative advantage counts (two-sided clipping)."),
      .boolean(
        "use_bias_correction_kl", \.correctsDivergence,
        "Whether the KL is weighted by the ratio, which makes its gradient that of the reverse KL."),
    ]
  }

  func problems(group: GroupOptions) -> [ConfigurationProblem] {
    var problems: [ConfigurationProblem] = []
    if group.iterations == 1 {
      if importanceLevel != .token { problems.append(GroupOptions.alwaysOne("importance_sampling_level")) }
      if delta != nil { problems.append(GroupOptions.alwaysOne("delta")) }
    }
    if group.beta == 0, !correctsDivergence {
      problems.append(
        ConfigurationProblem(key: "use_bias_correction_kl", "has no effect with `beta: 0`"))
    }
    let high = 1 + (group.epsilonHigh ?? group.epsilon)
    if let delta, delta <= high {
      problems.append(
        ConfigurationProblem(key: "delta", "is \(delta); it must be above 1 + epsilon_high (\(high))"))
    }
    return problems
  }
}

extension LeaveOneOutLoss: Configurable {
  public static var fields: [Field<Self>] {
    [
      .boolean(
        "normalize_advantages", \.normalizesAdvantages,
        "Scale advantages to mean 0 and unit variance over the batch."),
      .optional(
        "reward_clip_range", \.rewardClipRange, .range,
        "What rewards are cut to before the KL penalty: [least, greatest]."),
    ]
  }
}

extension FieldFormat where Value == ClosedRange<Double> {
  /// Two numbers, the lesser first.
  static var range: Self {
    .custom(
      expected: "a list of two numbers, the lesser first",
      read: { json throws(FieldProblem) in
        let numbers = json.arrayValue?.compactMap(\.doubleValue) ?? []
        guard numbers.count == 2, json.arrayValue?.count == 2, numbers[0] < numbers[1] else {
          throw FieldProblem("must be a list of two numbers, the lesser first, not \(json.foundDescription)")
        }
        return numbers[0]...numbers[1]
      }, write: { .array([.number($0.lowerBound), .number($0.upperBound)]) })
  }
}
