import Alignment
import DataLoading
import Diagnostics
import Pipeline

/// Kahneman–Tversky optimisation on answers that were rated one by one.
enum KTOStage: StageKind {
  struct Configuration: Configurable {
    var training = TrainingOptions(learningRate: 1e-6)
    var data = DataOptions()
    var lossType = ProspectLoss.Form.kto
    var beta = 0.1
    var desirableWeight = 1.0
    var undesirableWeight = 1.0
    var synchronization = SynchronizationOptions()

    static var fields: [Field<Self>] {
      [
        .choice(
          "loss_type", \.lossType, "Which form of the loss; apo_zero_unpaired estimates no divergence."),
        .number("beta", \.beta, in: .leastNonzeroMagnitude...1e6, "Strength of the pull to the reference."),
        .number(
          "desirable_weight", \.desirableWeight, in: .leastNonzeroMagnitude...1e6,
          "Factor of the loss of desirable answers."),
        .number(
          "undesirable_weight", \.undesirableWeight, in: .leastNonzeroMagnitude...1e6,
          "Factor of the loss of undesirable answers."),
        .group(\.synchronization), .group(\.data), .group(\.training),
      ]
    }

    /// The loss as configured.
    var loss: ProspectLoss {
      ProspectLoss(
        form: lossType, beta: beta, desirableWeight: desirableWeight, undesirableWeight: undesirableWeight)
    }
  }

  static let name = "kto"
  static let version = 1
  static let summary = "Aligns a language model to answers that were rated good or bad one by one."
  static let inputs = [
    InputPort("model", [.model], summary: "Model to start from."),
    InputPort(
      "data", [.feedback, .preferences], summary: "Rated answers; of preferences, the best are good."),
    InputPort("validation", [.feedback, .preferences], .optional, summary: "Rows to measure on."),
    InputPort("reference", [.model], .optional, summary: "Model to stay close to; `model` if not given."),
  ]
  static let outputs = [OutputPort("model", .model, summary: "The aligned model.")]

  static func problems(in configuration: Configuration, connected: Set<String>) -> [ConfigurationProblem] {
    var problems = configuration.training.problems(
      hasValidation: connected.contains("validation"), figures: FeedbackObjective.evaluationFigures)
    problems += configuration.synchronization.problems(
      withoutReference: nil, training: configuration.training)
    problems += configuration.training.lora.problems(reference: connected.contains("reference"))
    if configuration.loss.estimatesDivergence, configuration.training.batchSize < 2 {
      problems.append(
        ConfigurationProblem(
          key: "batch_size",
          "must be at least 2 with `loss_type: kto`, which joins prompts with other answers",
          hint: "raise it, or set loss_type: apo_zero_unpaired"))
    }
    return problems
  }

  static func audit(_ configuration: Configuration, inputs: [StageInput]) -> StageAudit {
    var audit = DataAudit.feedback(
      inputs, ports: ["data", "validation"], options: configuration.data,
      models: ModelAudit(inputs, lora: configuration.training.lora, data: configuration.data))
    for input in inputs where input.port == "data" && input.type == .feedback {
      // What cannot be read is in the audit already.
      let file = try? RecordFile.load(
        input.path, displayName: input.displayName, kind: .feedback, onBadRow: configuration.data.onBadRow)
      guard let file else { continue }
      audit.diagnostics += DataAudit.problems { try FeedbackBalance(file.ratings).check() }
    }
    return audit
  }

  static func estimate(_ configuration: Configuration, inputs: [StageInput]) -> ResourceEstimate? {
    PreferenceTraining.estimate(
      configuration.training, configuration.data, inputs: inputs, rows: .feedback,
      copiesModel: configuration.loss.estimatesDivergence || configuration.synchronization.isEnabled)
  }

  static func metricNames(_ configuration: Configuration, connected: Set<String>) -> [String]? {
    configuration.training.metricNames(
      FeedbackObjective.evaluationFigures, hasValidation: connected.contains("validation"))
  }

  static func run(_ configuration: Configuration, in context: StageContext) throws {
    let workspace = context.makeWorkspace(for: configuration.training)
    let model = try context.loadModel("model", head: .vocabulary, training: configuration.training)
    try configuration.data.declareTemplate(of: model)
    let data = StageData(
      context, configuration.data, model.tokenizer, maximumLength: model.architecture.maximumPositions)
    let examples = try data.feedback("data")
    let balance = FeedbackBalance(examples.map(\.isDesirable))
    try balance.check()
    let advice = balance.advice(
      desirableWeight: configuration.desirableWeight, undesirableWeight: configuration.undesirableWeight)
    if let advice { context.events.log(.warning, advice) }
    let objective = FeedbackObjective(
      model: model,
      reference: try context.reference(
        for: model, staysResident: configuration.loss.estimatesDivergence,
        synchronization: configuration.synchronization.synchronization),
      workspace: workspace, examples: examples, validation: try data.feedback("validation"),
      loss: configuration.loss, maximumLength: data.maximumLength)
    let observer = StageObserver(context: context, unit: "steps", shown: ["loss", "kl", "rewards/margins"])
    try Trainer(configuration.training, model: model, workspace: workspace, observer: observer).run(objective)
    data.describe("model", model)
    try model.save(to: context.output("model"))
  }
}

extension RecordFile {
  /// Whether each rated answer is desirable.
  fileprivate var ratings: [Bool] {
    rows.compactMap { row in
      if case .feedback(_, _, let isDesirable) = row.record { isDesirable } else { nil }
    }
  }
}
