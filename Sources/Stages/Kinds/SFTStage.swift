import Alignment
import Pipeline

/// Supervised fine-tuning on demonstrations.
enum SFTStage: StageKind {
  struct Configuration: Configurable {
    var training = TrainingOptions(learningRate: 2e-5)
    var data = DataOptions()

    static var fields: [Field<Self>] { [.group(\.data), .group(\.training)] }
  }

  static let name = "sft"
  static let version = 1
  static let summary = "Fine-tunes a language model on demonstrations."
  static let inputs = [
    InputPort("model", [.model], summary: "Model to start from."),
    InputPort("data", [.demonstrations], summary: "Rows that show the wanted answer."),
    InputPort("validation", [.demonstrations], .optional, summary: "Rows to measure on."),
  ]
  static let outputs = [OutputPort("model", .model, summary: "The fine-tuned model.")]

  static func problems(in configuration: Configuration, connected: Set<String>) -> [ConfigurationProblem] {
    configuration.training.problems(hasValidation: connected.contains("validation"))
  }

  static func audit(_ configuration: Configuration, inputs: [StageInput]) -> StageAudit {
    DataAudit.demonstrations(inputs, ports: ["data", "validation"], options: configuration.data)
  }

  static func run(_ configuration: Configuration, in context: StageContext) throws {
    let workspace = context.makeWorkspace()
    let model = try context.loadModel("model", head: .vocabulary, training: true)
    let data = StageData(
      context, configuration.data, model.tokenizer, maximumLength: model.architecture.maximumPositions)
    let objective = SupervisedObjective(
      model: model, workspace: workspace,
      examples: try data.demonstrations("data"),
      validation: try data.demonstrations("validation"))
    let observer = StageObserver(context: context, unit: "steps", shown: ["loss", "mean_token_accuracy"])
    try Trainer(configuration.training, model: model, workspace: workspace, observer: observer).run(objective)
    data.describe("model")
    try model.save(to: context.output("model"))
  }
}
