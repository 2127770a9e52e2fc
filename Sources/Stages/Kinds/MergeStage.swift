import Diagnostics
import LanguageModels
import Pipeline

/// Folds an adapter into the weights of its model, `W + scale · B A`, so that nothing needs to know of it any more.
enum MergeStage: StageKind {
  struct Configuration: Configurable {
    static var fields: [Field<Self>] { [] }
  }

  static let name = "merge"
  static let version = 1
  static let summary = "Folds a low-rank adapter into its model."
  static let inputs = [
    InputPort("model", [.model], summary: "The base, or a base with the adapter that a stage trained on it."),
    InputPort(
      "adapter", [.adapter], .optional, summary: "Adapter in PEFT's layout; that of `model` if not given."),
  ]
  static let outputs = [OutputPort("model", .model, summary: "A plain model with the same answers.")]

  static func estimate(_ configuration: Configuration, inputs: [StageInput]) -> ResourceEstimate? {
    guard let model = inputs["model"]?.footprint() else { return nil }
    var estimate = MemoryEstimate()
    estimate.hold(model)
    return estimate.finished()
  }

  static func metricNames(_ configuration: Configuration, connected: Set<String>) -> [String]? { [] }

  static func audit(_ configuration: Configuration, inputs: [StageInput]) -> StageAudit {
    guard let model = inputs.first(where: { $0.port == "model" }) else {
      return StageAudit(diagnostics: ModelAudit(inputs).diagnostics)
    }
    return StageAudit(
      diagnostics: DataAudit.problems {
        _ = try LanguageModel.inspect(
          directory: model.path, head: .vocabulary, displayName: model.displayName, adapters: .merged,
          adapter: adapter(of: model, inputs))
      })
  }

  static func run(_ configuration: Configuration, in context: StageContext) throws {
    let input = try context.required("model")
    let model = try LanguageModel.load(
      directory: input.path, head: .vocabulary, displayName: input.displayName, adapters: .merged,
      adapter: try adapter(of: input, context.inputs))
    try model.save(to: context.output("model"))
  }

  /// The adapter of the port; nil if the model has one itself.
  ///
  /// - Throws: `Diagnostic` if there is none or one that cannot be read.
  private static func adapter(of model: StageInput, _ inputs: [StageInput]) throws -> AdapterDirectory? {
    if let input = inputs.first(where: { $0.port == "adapter" }) {
      return try AdapterDirectory(input.path, displayName: input.displayName)
    }
    guard AdapterDirectory.exists(in: model.path) else {
      throw Diagnostic(
        .nothingToMerge, "\(model.displayName) has no adapter to fold in",
        hint: "connect `adapter`, or give a model that was trained with `lora`")
    }
    return nil
  }
}

extension DiagnosticCode {
  static let nothingToMerge = DiagnosticCode("E515", "a model to be merged has no adapter")
}
