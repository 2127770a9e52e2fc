import Alignment
import Pipeline

/// Simple preference optimisation: mean log-probabilities as rewards, without reference.
enum SimPOStage: StageKind {
  struct Configuration: Configurable {
    var training = TrainingOptions(learningRate: 1e-6)
    var data = DataOptions()
    var beta = 2.0
    var gammaBetaRatio = 0.25
    var labelSmoothing = 0.0

    static var fields: [Field<Self>] {
      [
        .number("beta", \.beta, in: .leastNonzeroMagnitude...1e6, "Scale of the mean log-probabilities."),
        .number(
          "gamma_beta_ratio", \.gammaBetaRatio, in: 0...1e6,
          "Margin a chosen answer is asked for, in nats per token."),
        .number(
          "label_smoothing", \.labelSmoothing, in: 0...0.5.nextDown, "Assumed share of swapped labels."),
        .group(\.data), .group(\.training),
      ]
    }

    /// The method as configured.
    var method: PreferenceMethod {
      PreferenceMethod(
        loss: SimplePreferenceLoss(
          beta: beta, gammaBetaRatio: gammaBetaRatio, labelSmoothing: labelSmoothing),
        beta: beta)
    }
  }

  static let name = "simpo"
  static let version = 1
  static let summary = "Aligns a language model by mean log-probabilities, without reference."
  static let inputs = PreferenceTraining.inputs
  static let outputs = PreferenceTraining.outputs

  static func problems(in configuration: Configuration, connected: Set<String>) -> [ConfigurationProblem] {
    configuration.training.problems(
      hasValidation: connected.contains("validation"), figures: PreferenceObjective.evaluationFigures)
  }

  static func audit(_ configuration: Configuration, inputs: [StageInput]) -> StageAudit {
    PreferenceTraining.audit(configuration.training, configuration.data, inputs: inputs)
  }

  static func estimate(_ configuration: Configuration, inputs: [StageInput]) -> ResourceEstimate? {
    PreferenceTraining.estimate(configuration.training, configuration.data, inputs: inputs)
  }

  static func metricNames(_ configuration: Configuration, connected: Set<String>) -> [String]? {
    configuration.training.metricNames(
      PreferenceObjective.evaluationFigures,
      hasValidation: connected.contains("validation"))
  }

  static func run(_ configuration: Configuration, in context: StageContext) throws {
    try PreferenceTraining.run(
      configuration.training, configuration.data, configuration.method, in: context)
  }
}
