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
        "missing_eos_penalty", \.missingEOSPenalty, .number(in: 0...1e6),
        "Taken off the score of an answer that does not end."),
      .boolean("stop_at_eos", \.stopsAtEOS, "Whether an answer ends at EOS."),
      .boolean("whiten_rewards", \.whitensRewards, "Scale rewards to unit variance."),
      .number("kl_coef", \.klCoefficient, in: 0...1e6, "Weight of the KL penalty."),
      .choice("kl_estimator", \.klEstimator, "How the KL of a token is estimated."),
      .optional(
        "kl_target", \.klTarget, .number(in: .leastNonzeroMagnitude...1e6),
        "KL per answer, in nats, that kl_coef is steered to; null keeps it fixed."),
      .number("kl_horizon", \.klHorizon, in: 1...1e12, "Episodes over which kl_coef adapts."),
      .number("cliprange", \.clipRange, in: 0...1e3, "Clip range of the ratio."),
      .number("vf_coef", \.valueCoefficient, in: 0...1e6, "Weight of the value loss."),
      .number("cliprange_value", \.valueClipRange, in: 0...1e6, "Clip range of the value."),
      .number("gamma", \.gamma, in: 0...1, "Discount."),
      .number("lam", \.lambda, in: 0...1, "Decay of generalised advantage estimation."),
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
    if missingEOSPenalty != nil, !stopsAtEOS {
      problems.append(
        ConfigurationProblem(key: "missing_eos_penalty", "has no effect with `stop_at_eos: false`"))
    }
    if conventions == .trl, klTarget != nil {
      problems.append(
        ConfigurationProblem(
          key: "kl_target", "has no effect with `conventions: trl`, whose kl_coef is fixed"))
    }
    return problems
  }
}
