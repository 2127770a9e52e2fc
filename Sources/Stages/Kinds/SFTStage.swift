import Alignment
import DataLoading
import LanguageModels
import Pipeline

/// Supervised fine-tuning on demonstrations.
enum SFTStage: StageKind {
  struct Configuration: Configurable {
    var training = TrainingOptions(learningRate: 2e-5)
    var data = DataOptions()
    var lossType = SupervisedLossType.nll
    var assistantOnly = false
    var completionOnly: Bool?
    var packing = PackingOptions()

    static var fields: [Field<Self>] {
      [
        .choice("loss_type", \.lossType, "Likelihood, or dynamic fine-tuning, which weights it by itself."),
        .boolean("assistant_only_loss", \.assistantOnly, "Of conversations, train what the assistant says."),
        .optional(
          "completion_only_loss", \.completionOnly, .boolean,
          "Of prompt and completion, train the completion alone; null does where a row has one."),
        .group(\.packing), .group(\.data), .group(\.training),
      ]
    }

    var demonstrations: DemonstrationOptions {
      DemonstrationOptions(
        assistantOnly: assistantOnly, completionOnly: completionOnly, keepsLongRows: packing.splitsRows)
    }
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
    configuration.training.problems(
      hasValidation: connected.contains("validation"), figures: SupervisedObjective.evaluationFigures)
      + configuration.packing.problems(configuration.data)
  }

  static func audit(_ configuration: Configuration, inputs: [StageInput]) -> StageAudit {
    DataAudit.demonstrations(
      inputs, ports: ["data", "validation"], options: configuration.data, form: configuration.demonstrations,
      models: ModelAudit(inputs, lora: configuration.training.lora))
  }

  static func estimate(_ configuration: Configuration, inputs: [StageInput]) -> ResourceEstimate? {
    MemoryEstimate.training(
      configuration.training, configuration.data, inputs, rows: .demonstrations(configuration.demonstrations),
      sequence: configuration.packing.isPacked ? configuration.data.maximumLength : nil)
  }

  static func metricNames(_ configuration: Configuration, connected: Set<String>) -> [String]? {
    configuration.training.metricNames(
      SupervisedObjective.evaluationFigures, hasValidation: connected.contains("validation"))
  }

  static func run(_ configuration: Configuration, in context: StageContext) throws {
    let workspace = context.makeWorkspace(for: configuration.training)
    let model = try context.loadModel("model", head: .vocabulary, training: configuration.training)
    let positions = model.architecture.maximumPositions
    try configuration.data.declareTemplate(of: model)
    let data = StageData(context, configuration.data, model.tokenizer, maximumLength: positions)
    let packer = SequencePacker(
      configuration.packing.strategy, capacity: min(configuration.data.maximumLength, positions))
    let rows = try data.demonstrations("data", configuration.demonstrations)
    let packs = configuration.packing.isPacked ? packer.packs(rows) : rows.map { SequencePack([$0]) }
    if configuration.packing.isPacked { describe(packs, of: rows.count, packer, in: context) }
    let objective = SupervisedObjective(
      model: model, workspace: workspace, packs: packs,
      validation: try data.demonstrations("validation", configuration.demonstrations).flatMap(packer.split),
      loss: configuration.lossType)
    let observer = StageObserver(context: context, unit: "steps", shown: ["loss", "mean_token_accuracy"])
    try Trainer(configuration.training, model: model, workspace: workspace, observer: observer).run(objective)
    data.describe("model", model)
    try model.save(to: context.output("model"))
  }

  private static func describe(
    _ packs: [SequencePack], of rows: Int, _ packer: SequencePacker, in context: StageContext
  ) {
    let tokens = packs.reduce(0) { $0 + $1.tokenCount }
    let share = Double(tokens) / Double(packs.count * packer.capacity)
    context.events.log(
      .info,
      "\(rows) rows in \(packs.count) sequences of up to \(packer.capacity) tokens, "
        + "\(fixed(share * 100, digits: 0))% full")
  }
}
