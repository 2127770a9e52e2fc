import Alignment
import Diagnostics
import LanguageModels
import Pipeline

/// Direct preference optimisation on ranked answers.
enum DPOStage: StageKind {
  struct Configuration: Configurable {
    var training = TrainingOptions(learningRate: 1e-6)
    var data = DataOptions()
    var beta = 0.1
    var labelSmoothing = 0.0

    static var fields: [Field<Self>] {
      [
        .number("beta", \.beta, in: .leastNonzeroMagnitude...1e6, "Strength of the pull to the reference."),
        .number(
          "label_smoothing", \.labelSmoothing, in: 0...0.5.nextDown,
          "Assumed share of swapped labels (conservative DPO)."),
        .group(\.data), .group(\.training),
      ]
    }
  }

  static let name = "dpo"
  static let version = 1
  static let summary = "Aligns a language model to ranked answers without a reward model."
  static let inputs = [
    InputPort("model", [.model], summary: "Model to start from."),
    InputPort("data", [.preferences], summary: "Answers ordered by preference."),
    InputPort("validation", [.preferences], .optional, summary: "Rows to measure on."),
    InputPort("reference", [.model], .optional, summary: "Model to stay close to; `model` if not given."),
  ]
  static let outputs = [OutputPort("model", .model, summary: "The aligned model.")]

  static func problems(in configuration: Configuration, connected: Set<String>) -> [ConfigurationProblem] {
    configuration.training.problems(hasValidation: connected.contains("validation"))
      + configuration.training.lora.problems(reference: connected.contains("reference"))
  }

  static func audit(_ configuration: Configuration, inputs: [StageInput]) -> StageAudit {
    DataAudit.pairs(
      inputs, ports: ["data", "validation"], options: configuration.data,
      models: ModelAudit(
        inputs, held: ["model": configuration.training.heldModels, "reference": 1],
        lora: configuration.training.lora, data: configuration.data))
  }

  static func run(_ configuration: Configuration, in context: StageContext) throws {
    let workspace = context.makeWorkspace()
    let model = try context.loadModel("model", head: .vocabulary, training: configuration.training)
    try configuration.data.declareTemplate(of: model)
    let data = StageData(
      context, configuration.data, model.tokenizer, maximumLength: model.architecture.maximumPositions)
    let objective = PreferenceObjective(
      model: model, reference: try reference(for: model, in: context), workspace: workspace,
      examples: try data.pairs("data"),
      validation: try data.pairs("validation"),
      loss: DirectPreferenceLoss(beta: configuration.beta, labelSmoothing: configuration.labelSmoothing))
    let observer = StageObserver(
      context: context, unit: "steps", shown: ["loss", "rewards/accuracies", "rewards/margins"])
    try Trainer(configuration.training, model: model, workspace: workspace, observer: observer).run(objective)
    data.describe("model", model)
    try model.save(to: context.output("model"))
  }

  /// The reference is scored before training starts, so the model itself can serve as its own.
  private static func reference(for model: LanguageModel, in context: StageContext) throws -> LanguageModel {
    guard let input = context.input("reference") else { return model }
    let reference = try input.loadModel(head: .vocabulary)
    guard reference.tokenizer.fingerprint == model.tokenizer.fingerprint else {
      throw Diagnostic(
        .tokenizerMismatch,
        "`reference` (\(input.label)) has another tokenizer than `model`: their log-probabilities cannot be"
          + " compared", hint: "use a reference that comes from the same base model")
    }
    return reference
  }
}
