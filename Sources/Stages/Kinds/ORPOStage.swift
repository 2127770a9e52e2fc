import Alignment
import Pipeline

/// Odds ratio preference optimisation: fine-tuning and alignment in one, without reference.
enum ORPOStage: StageKind {
  struct Configuration: Configurable {
    var training = TrainingOptions(learningRate: 1e-6)
    var data = DataOptions()
    var beta = 0.1

    static var fields: [Field<Self>] {
      [
        .number(
          "beta", \.beta, in: .leastNonzeroMagnitude...1e6,
          "Weight of the odds ratio beside the likelihood; λ of the paper."),
        .group(\.data), .group(\.training),
      ]
    }
  }

  static let name = "orpo"
  static let version = 1
  static let summary = "Fine-tunes on chosen answers and against rejected ones, without reference."
  static let inputs = PreferenceTraining.inputs
  static let outputs = PreferenceTraining.outputs

  static func problems(in configuration: Configuration, connected: Set<String>) -> [ConfigurationProblem] {
    configuration.training.problems(
      hasValidation: connected.contains("validation"),
      figures: PreferenceObjective.evaluationFigures + OddsRatioLoss.figureNames)
  }

  static func audit(_ configuration: Configuration, inputs: [StageInput]) -> StageAudit {
    PreferenceTraining.audit(configuration.training, configuration.data, inputs: inputs)
  }

  static func estimate(_ configuration: Configuration, inputs: [StageInput]) -> ResourceEstimate? {
    PreferenceTraining.estimate(configuration.training, configuration.data, inputs: inputs)
  }

  static func metricNames(_ configuration: Configuration, connected: Set<String>) -> [String]? {
    configuration.training.metricNames(
      PreferenceObjective.evaluationFigures + OddsRatioLoss.figureNames,
      hasValidation: connected.contains("validation"))
  }

  static func run(_ configuration: Configuration, in context: StageContext) throws {
    try PreferenceTraining.run(
      configuration.training, configuration.data,
      PreferenceMethod(loss: OddsRatioLoss(beta: configuration.beta), beta: configuration.beta), in: context)
  }
}
