import Alignment
import LanguageModels
import Pipeline

/// Group relative policy optimisation against a reward model, a declared judge, or both.
///
/// `batch_size` counts answers per optimiser step, as TRL's does: `batch_size / num_generations` prompts are answered
/// `num_generations` times each, and learnt from in `num_iterations` steps. `max_steps` counts optimiser steps.
enum GRPOStage: StageKind {
  typealias Configuration = GroupTraining<GroupRelativeLoss>

  static let name = "grpo"
  static let version = 1
  static let summary = "Aligns a language model to rewards, against other answers to the same prompt."
  static let inputs = GroupPorts.inputs
  static let outputs = GroupPorts.outputs

  static func problems(in configuration: Configuration, connected: Set<String>) -> [ConfigurationProblem] {
    configuration.problems(connected: connected)
      + configuration.objective.problems(group: configuration.group)
  }

  static func audit(_ configuration: Configuration, inputs: [StageInput]) -> StageAudit {
    configuration.audit(inputs)
  }

  static func estimate(_ configuration: Configuration, inputs: [StageInput]) -> ResourceEstimate? {
    configuration.estimate(inputs)
  }

  static func run(_ configuration: Configuration, in context: StageContext) throws {
    try configuration.run(in: context)
  }
}
