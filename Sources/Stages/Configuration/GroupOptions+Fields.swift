import Alignment
import Pipeline

extension GroupOptions: Configurable {
  public init() { self.init(generations: 8, beta: 0) }

  public static var fields: [Field<Self>] {
    [
      .integer("num_generations", \.generations, in: 2...100_000, "Answers to each prompt."),
      .integer("num_iterations", \.iterations, in: 1...10_000, "Optimiser steps on each batch of answers."),
      .integer(
        "max_completion_length", \.maximumCompletionLength, in: 1...1_048_576, "Most tokens of an answer."),
      .number(
        "temperature", \.temperature, in: 0.01...100, "Divides the logits, in sampling and in scoring."),
      .number("beta", \.beta, in: 0...1e6, "Weight of the KL to the reference; 0 needs none."),
      .number("epsilon", \.epsilon, in: 0...1.0.nextDown, "The ratio is clipped below 1 - epsilon."),
      .optional(
        "epsilon_high", \.epsilonHigh, .number(in: 0...1e3),
        "The ratio is clipped above 1 + epsilon_high; epsilon if null."),
      .boolean(
        "mask_truncated_completions", \.masksTruncatedCompletions,
        "Whether answers that do not end carry no loss."),
    ]
  }

  /// Problems of the combination.
  ///
  /// - Parameter batchSize: answers per optimiser step.
  func problems(batchSize: Int, connected: Set<String>) -> [ConfigurationProblem] {
    var problems: [ConfigurationProblem] = []
    if batchSize % generations != 0 {
      problems.append(
        ConfigurationProblem(
          key: "batch_size",
          "is \(batchSize) answers, which num_generations (\(generations)) does not divide",
          hint: "batch_size counts answers: prompts × num_generations"))
    }
    if beta == 0, connected.contains("reference") {
      problems.append(ConfigurationProblem(key: "reference", "has no effect with `beta: 0`"))
    }
    if iterations == 1 {
      if epsilon != GroupOptions().epsilon { problems.append(Self.alwaysOne("epsilon")) }
      if epsilonHigh != nil { problems.append(Self.alwaysOne("epsilon_high")) }
    }
    return problems
  }

  /// Figures that say nothing with these options, and why.
  func silentFigures() -> [Watchdogs.Figure: String] {
    var silent: [Watchdogs.Figure: String] = [:]
    if beta == 0 { silent[.kl] = "with `beta: 0`, where no KL is measured" }
    if iterations == 1 { silent[.ratio] = "with `num_iterations: 1`, where the ratio is always 1" }
    return silent
  }

  /// With one step per batch the policy that learns is the one that answered.
  static func alwaysOne(_ key: String) -> ConfigurationProblem {
    ConfigurationProblem(
      key: key, "has no effect with `num_iterations: 1`, where the ratio is always 1",
      hint: "raise num_iterations or remove the key")
  }
}
