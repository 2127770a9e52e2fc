import Alignment
import Pipeline

extension PPOOptions: Configurable {
  public static var fields: [Field<Self>] {
    [
      .choice("conventions", \.conventions, "Whose details are followed where TRL and the field differ."),
      .integer(
        "total_episodes", \.totalEpisodes, in: 0...1_000_000_000,
        "Answers in all; 0 means num_train_epochs decides."),
      .integer("num_ppo_epochs", \.ppoEpochs, in: 1...1_000, "Passes over each batch of answers."),
      .integer("num_mini_batches", \.miniBatches, in: 1...100_000, "Optimiser steps per pass."),
      .integer("response_length", \.responseLength, in: 1...1_048_576, "Most tokens of an answer."),
      .number(
        "temperature", \.temperature, in: 0.01...100, "Divides the logits, in sampling and in scoring."),
      .optional(
        "reward_clip", \.rewardClip, .number(in: .leastNonzeroMagnitude...1e9),
        "Scores are cut to ± this before any penalty."),
      .optional(
        "missing_eos_penalty", \.missingEOSPenalty, .number(in: 0...1e6),
        "Taken off the score of an answer that does not end."),
      .optional(
        "missing_eos_score", \.missingEOSScore, .number(in: -1e9...1e9),
        "The score of an answer that does not end, whatever the reward model says."),
      .optional(
        "stop_token", \.stopToken, .choice, "What ends an answer: eos, or null for nothing."),
      .optional(
        "stop_token_id", \.stopTokenID, .integer(in: 0...Int(Int32.max)),
        "A token that ends answers in place of EOS."),
      .boolean("whiten_rewards", \.whitensRewards, "Scale rewards to unit variance."),
      .boolean(
        "whiten_advantages", \.whitensAdvantages,
        "Scale advantages to mean 0 and unit variance over the batch."),
      .number("kl_coef", \.klCoefficient, in: 0...1e6, "Weight of the KL penalty."),
      .choice("kl_estimator", \.klEstimator, "How the KL of a token is estimated."),
      .optional(
        "kl_target", \.klTarget, .number(in: .leastNonzeroMagnitude...1e6),
        "KL per answer, in nats, that kl_coef is steered to; null keeps it fixed."),
      .number("kl_horizon", \.klHorizon, in: 1...1e12, "Episodes over which kl_coef adapts."),
      .number("cliprange", \.clipRange, in: 0...1e3, "Clip range of the ratio."),
      .optional(
        "clip_ratio_c", \.clipRatioC, .number(in: 1...1e6),
        "Most that the ratio of a token with negative advantage counts (dual clip)."),
      .number("vf_coef", \.valueCoefficient, in: 0...1e6, "Weight of the value loss."),
      .number("cliprange_value", \.valueClipRange, in: 0...1e6, "Clip range of the value."),
      .number("gamma", \.gamma, in: 0...1, "Discount."),
      .number("lam", \.lambda, in: 0...1, "Decay of generalised advantage estimation."),
      .choice("value_head", \.valueHead, "What the value model's head starts from."),
    ]
  }

  /// Problems of the combination.
  ///
  /// - Parameter batchSize: answers per update.
  func problems(batchSize: Int) -> [ConfigurationProblem] {
    var problems: [ConfigurationProblem] = []
    if batchSize % miniBatches != 0 {
      problems.append(
        ConfigurationProblem(
          key: "num_mini_batches", "is \(miniBatches), which does not divide batch_size (\(batchSize))"))
    }
    if klHorizon != PPOOptions().klHorizon, klTarget == nil {
      problems.append(
        ConfigurationProblem(
          key: "kl_horizon", "has no effect without `kl_target`", hint: "set kl_target or remove the key"))
    }
    for (key, isSet) in [
      ("missing_eos_penalty", missingEOSPenalty != nil), ("missing_eos_score", missingEOSScore != nil),
    ]
    where isSet && stopToken == nil && stopTokenID == nil {
      problems.append(ConfigurationProblem(key: key, "has no effect with `stop_token: null`"))
    }
    if missingEOSPenalty != nil, missingEOSScore != nil {
      problems.append(
        ConfigurationProblem(key: "missing_eos_penalty", "has no effect beside `missing_eos_score`"))
    }
    problems += neverClipped
    if let clipRatioC, clipRatioC <= 1 + clipRange {
      problems.append(
        ConfigurationProblem(
          key: "clip_ratio_c", "is \(clipRatioC); it must be above 1 + cliprange (\(1 + clipRange))"))
    }
    if valueCoefficient == 0 {
      if valueClipRange != PPOOptions().valueClipRange {
        problems.append(ConfigurationProblem(key: "cliprange_value", "has no effect with `vf_coef: 0`"))
      }
    }
    if klCoefficient == 0, klTarget != nil {
      problems.append(
        ConfigurationProblem(
          key: "kl_target", "has no effect with `kl_coef: 0`, which the controller multiplies",
          hint: "set a small kl_coef to start from"))
    }
    if conventions == .trl, klTarget != nil {
      problems.append(
        ConfigurationProblem(
          key: "kl_target", "has no effect with `conventions: trl`, whose kl_coef is fixed"))
    }
    return problems
  }

  /// One step per batch: the policy and the values that learn are those that answered.
  private var hasOneStep: Bool { ppoEpochs == 1 && miniBatches == 1 }

  private var neverClipped: [ConfigurationProblem] {
    guard hasOneStep else { return [] }
    let defaults = PPOOptions()
    let keys = [
      ("cliprange", clipRange != defaults.clipRange), ("clip_ratio_c", clipRatioC != nil),
      ("cliprange_value", valueClipRange != defaults.valueClipRange),
    ]
    return keys.filter(\.1).map { key, _ in
      ConfigurationProblem(
        key: key, "has no effect with one step per batch (`num_ppo_epochs: 1`, `num_mini_batches: 1`)")
    }
  }

  /// Figures that say nothing with these options, and why.
  func silentFigures() -> [Watchdogs.Figure: String] {
    hasOneStep ? [.ratio: "with one step per batch, where the ratio is always 1"] : [:]
  }
}
