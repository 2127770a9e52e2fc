import Alignment
import DataLoading
import LanguageModels
import Pipeline

/// What the stages that learn from pairs of answers share: ports, audit and the run.
enum PreferenceTraining {
  static let inputs = [
    InputPort("model", [.model], summary: "Model to start from."),
    InputPort("data", [.preferences], summary: "Answers ordered by preference."),
    InputPort("validation", [.preferences], .optional, summary: "Rows to measure on."),
  ]
  static let outputs = [OutputPort("model", .model, summary: "The aligned model.")]

  static func audit(_ training: TrainingOptions, _ options: DataOptions, inputs: [StageInput]) -> StageAudit {
    DataAudit.pairs(
      inputs, ports: ["data", "validation"], options: options,
      models: ModelAudit(inputs, lora: training.lora, data: options))
  }

  /// - Parameter copiesModel: whether a reference stays, for which the model is copied where none is given.
  static func estimate(
    _ training: TrainingOptions, _ options: DataOptions, inputs: [StageInput],
    rows: MemoryEstimate.Rows = .pairs, copiesModel: Bool = false
  ) -> ResourceEstimate? {
    MemoryEstimate.training(training, options, inputs, rows: rows) { estimate, model in
      if let reference = inputs["reference"]?.footprint() {
        estimate.hold(reference)
      } else if copiesModel {
        estimate.hold(model)
      }
    }
  }

  /// - Parameter reference: given the loaded model.
  static func run(
    _ training: TrainingOptions, _ options: DataOptions, _ method: PreferenceMethod,
    in context: StageContext, reference: (LanguageModel) throws -> PreferenceReference = { _ in .none }
  ) throws {
    let workspace = context.makeWorkspace(for: training)
    let model = try context.loadModel("model", head: .vocabulary, training: training)
    try options.declareTemplate(of: model)
    let data = StageData(
      context, options, model.tokenizer, maximumLength: model.architecture.maximumPositions)
    let objective = PreferenceObjective(
      model: model, reference: try reference(model), workspace: workspace,
      examples: try data.pairs("data"), validation: try data.pairs("validation"), method: method)
    let observer = StageObserver(
      context: context, unit: "steps", shown: ["loss", "rewards/accuracies", "rewards/margins"])
    try Trainer(training, model: model, workspace: workspace, observer: observer).run(objective)
    data.describe("model", model)
    try model.save(to: context.output("model"))
  }
}
