import Alignment
import Compute
import DataLoading
import LanguageModels
import Pipeline
import Tokenization

/// Fine-tunes a language model to classify texts, and lays it beside classifiers over n-grams.
enum ClassifyStage: StageKind {
  struct Configuration: Configurable {
    var training = TrainingOptions(learningRate: 5e-5)
    var data = DataOptions()
    /// Share of the rows held out where there is no `validation` input; nil means a tenth.
    var validationSplit: Double?
    var classWeights = ClassWeighting.none
    var baselines = BaselineOptions()

    static var fields: [Field<Self>] {
      [
        .optional(
          "validation_split", \.validationSplit, .number(in: .leastNonzeroMagnitude...0.9),
          "Share of the rows of each label that is held out; null means 0.1 where there is no validation."),
        .choice("class_weights", \.classWeights, "How much the rows of each label count in the loss."),
        .group(\.baselines), .group(\.data, except: ["chat_template"]), .group(\.training),
      ]
    }

    /// The rows as they are trained on and held out.
    func rows(
      _ data: ClassificationRows.Source, _ validation: ClassificationRows.Source?, known: [String]?
    ) throws -> ClassificationRows {
      try ClassificationRows(
        data: data, validation: validation, share: validationSplit ?? 0.1, seed: training.seed, known: known)
    }
  }

  static let name = "classify"
  static let version = 1
  static let summary = "Fine-tunes a language model to tell labelled texts apart."
  static let inputs = [
    InputPort("model", [.model, .classifier], summary: "Model to start from."),
    InputPort("data", [.labels], summary: "Texts with a label each."),
    InputPort("validation", [.labels], .optional, summary: "Rows to measure on."),
  ]
  static let outputs = [
    OutputPort("model", .classifier, summary: "A sequence classifier with the labels of the data."),
    OutputPort("report", .report, summary: "report.json and report.txt."),
  ]

  static func problems(in configuration: Configuration, connected: Set<String>) -> [ConfigurationProblem] {
    var problems = configuration.training.problems(
      hasValidation: true, figures: ClassificationObjective.evaluationFigures)
    problems += configuration.baselines.problems
    if configuration.validationSplit != nil, connected.contains("validation") {
      problems.append(
        ConfigurationProblem(key: "validation_split", "has no effect beside a `validation` input"))
    }
    return problems
  }

  static func estimate(_ configuration: Configuration, inputs: [StageInput]) -> ResourceEstimate? {
    MemoryEstimate.training(
      configuration.training, configuration.data, inputs, head: .scalar, rows: .labelledTexts)
  }

  static func metricNames(_ configuration: Configuration, connected: Set<String>) -> [String]? {
    configuration.training.metricNames(ClassificationObjective.evaluationFigures, hasValidation: true)
      + configuration.baselines.baselines.flatMap { ClassificationReport.metricNames(of: $0.rawValue) }
  }

  static func audit(_ configuration: Configuration, inputs: [StageInput]) -> StageAudit {
    LabelAudit(configuration, inputs).audit()
  }

  static func run(_ configuration: Configuration, in context: StageContext) throws {
    let workspace = context.makeWorkspace(for: configuration.training)
    let input = try context.required("model")
    let data = StageData(
      context, configuration.data, try Tokenizer.load(directory: input.path),
      maximumLength: try input.maximumPositions)
    let rows = try configuration.rows(
      source("data", data, context),
      context.input("validation").map { _ in try source("validation", data, context) },
      known: try input.knownLabels)
    if !rows.leaks.isEmpty {
      context.events.log(.warning, LabelAudit.leakMessage(rows.leaks.count, of: rows.held.count))
    }
    let model = try context.loadModel(
      "model", head: .labels(rows.labels), training: configuration.training)
    let classes = rows.classes(of: rows.training)
    let weights = configuration.classWeights.weights(of: classes, classCount: rows.labels.count)
    let objective = ClassificationObjective(
      model: model, workspace: workspace, examples: examples(rows.training, classes),
      validation: examples(rows.held, rows.classes(of: rows.held)), weights: weights)
    let observer = StageObserver(context: context, unit: "steps", shown: ["loss", "accuracy"])
    try Trainer(configuration.training, model: model, workspace: workspace, observer: observer).run(objective)
    let report = try ClassificationReport(
      rows: rows, model: model, weights: classes.map { weights[$0] }, configuration: configuration,
      workspace: workspace, context: context)
    for metric in report.baselineMetrics {
      context.events.metric(metric.name, step: 0, value: metric.value)
    }
    data.describe("model", model)
    try model.save(to: context.output("model"))
    try report.write(to: context.output("report"))
  }

  private static func source(
    _ port: String, _ data: StageData, _ context: StageContext
  ) throws -> ClassificationRows.Source {
    ClassificationRows.Source(
      file: try context.required(port).displayName, rows: try data.labelledTexts(port))
  }

  private static func examples(
    _ rows: [LabelledText], _ classes: [Int]
  ) -> [ClassificationObjective.Example] {
    zip(rows, classes).map { ClassificationObjective.Example(ids: $0.ids, label: $1) }
  }
}
