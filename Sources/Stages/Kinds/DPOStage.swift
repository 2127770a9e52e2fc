import Alignment
import Pipeline

/// Direct preference optimisation and its relatives on ranked answers.
enum DPOStage: StageKind {
  struct Configuration: Configurable {
    var training = TrainingOptions(learningRate: 1e-6)
    var data = DataOptions()
    var preference = PreferenceOptions()
    var synchronization = SynchronizationOptions()

    static var fields: [Field<Self>] {
      [.group(\.preference), .group(\.synchronization), .group(\.data), .group(\.training)]
    }
  }

  static let name = "dpo"
  static let version = 2
  static let summary = "Aligns a language model to ranked answers without a reward model."
  static let inputs =
    PreferenceTraining.inputs + [
      InputPort("reference", [.model], .optional, summary: "Model to stay close to; `model` if not given.")
    ]
  static let outputs = PreferenceTraining.outputs

  static func problems(in configuration: Configuration, connected: Set<String>) -> [ConfigurationProblem] {
    configuration.training.problems(
      hasValidation: connected.contains("validation"), figures: PreferenceObjective.evaluationFigures)
      + configuration.preference.problems(connected: connected)
      + configuration.synchronization.problems(
        withoutReference: configuration.preference.isReferenceFree ? "`reference_free: true`" : nil,
        training: configuration.training)
      + configuration.training.lora.problems(
        reference: connected.contains("reference") || configuration.preference.isReferenceFree)
      + problemsOfTwoPasses(configuration)
  }

  /// A loss that couples pairs computes log-probabilities of micro-batches twice, which must agree.
  private static func problemsOfTwoPasses(_ configuration: Configuration) -> [ConfigurationProblem] {
    let training = configuration.training
    guard configuration.preference.loss.couplesPairs, training.effectiveMicroBatchSize < training.batchSize,
      let dropout = training.lora?.dropout, dropout > 0
    else { return [] }
    return [
      ConfigurationProblem(
        key: "lora.dropout",
        "must be 0 here: a loss over the whole batch in micro-batches computes log-probabilities twice")
    ]
  }

  static func audit(_ configuration: Configuration, inputs: [StageInput]) -> StageAudit {
    PreferenceTraining.audit(configuration.training, configuration.data, inputs: inputs)
  }

  static func estimate(_ configuration: Configuration, inputs: [StageInput]) -> ResourceEstimate? {
    PreferenceTraining.estimate(
      configuration.training, configuration.data, inputs: inputs,
      copiesModel: configuration.synchronization.isEnabled)
  }

  static func metricNames(_ configuration: Configuration, connected: Set<String>) -> [String]? {
    configuration.training.metricNames(
      PreferenceObjective.evaluationFigures, hasValidation: connected.contains("validation"))
  }

  static func run(_ configuration: Configuration, in context: StageContext) throws {
    try PreferenceTraining.run(
      configuration.training, configuration.data, PreferenceMethod(configuration.preference), in: context
    ) { model in
      if configuration.preference.isReferenceFree { return .none }
      return try context.reference(
        for: model, staysResident: false, synchronization: configuration.synchronization.synchronization)
    }
  }
}
