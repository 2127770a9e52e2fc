import Alignment
import Diagnostics
import Foundation
import LanguageModels
import Pipeline
import Tokenization

/// Trains a language model on plain text: from nothing over a tokenizer, or on from a model.
enum PretrainStage: StageKind {
  struct Configuration: Configurable {
    var training = TrainingOptions(learningRate: 5e-4)
    var shape = ModelShape()
    /// Tokens of a training sequence.
    var maximumLength = 256
    var documentSeparator = "\n\n"

    init() {
      training.epochs = 1
      training.schedule = .cosine
    }

    static var fields: [Field<Self>] {
      [
        .object("model", \.shape, "Shape of a model made from nothing."),
        .integer("max_length", \.maximumLength, in: 2...1_048_576, "Tokens of a training sequence."),
        .string(
          "document_separator", \.documentSeparator,
          "Text between documents, which are separated by EOS; empty makes a file one document."),
        .group(\.training),
      ]
    }
  }

  static let name = "pretrain"
  static let version = 1
  static let summary = "Trains a language model on plain text."
  static let inputs = [
    InputPort("tokenizer", [.tokenizer], .optional, summary: "Tokenizer of a model made from nothing."),
    InputPort("model", [.model], .optional, summary: "Model to train on."),
    InputPort("corpus", [.text], .many, summary: "Plain text to learn from."),
    InputPort("validation", [.text], .optional, summary: "Plain text to measure on."),
  ]
  static let outputs = [OutputPort("model", .model, summary: "The trained language model.")]

  static func problems(in configuration: Configuration, connected: Set<String>) -> [ConfigurationProblem] {
    var problems = configuration.training.problems(
      hasValidation: connected.contains("validation"), figures: SupervisedObjective.evaluationFigures,
      usualEpochs: Configuration().training.epochs)
    switch (connected.contains("tokenizer"), connected.contains("model")) {
    case (false, false):
      problems.append(
        ConfigurationProblem(
          key: "kind", "pretrain needs `tokenizer` (a model from nothing) or `model` (to continue one)"))
    case (true, true):
      problems.append(
        ConfigurationProblem(key: "tokenizer", "has no effect beside `model`, which brings its own"))
    // A `model` that is a shape is no input: an input model has its own.
    case (false, true): break
    case (true, false):
      problems += configuration.shape.problems
      if configuration.training.lora != nil {
        problems.append(
          ConfigurationProblem(
            key: "lora", "needs `model`: adapters of fresh weights would train nothing else"))
      }
      if configuration.maximumLength > configuration.shape.fresh.maximumPositions {
        problems.append(
          ConfigurationProblem(
            key: "max_length",
            "is \(configuration.maximumLength), more than model.max_position_embeddings"
              + " (\(configuration.shape.fresh.maximumPositions))"))
      }
    }
    return problems
  }

  static func audit(_ configuration: Configuration, inputs: [StageInput]) -> StageAudit {
    let models = ModelAudit(inputs, lora: configuration.training.lora)
    var audit = DataAudit.texts(inputs, ports: ["corpus", "validation"], models: models)
    if configuration.maximumLength > models.positions {
      audit.diagnostics.append(
        Diagnostic(
          .shortenedLength,
          "max_length is \(configuration.maximumLength), but the model has \(models.positions) positions: sequences"
            + " are cut to them", hint: "set max_length: \(models.positions)", severity: .warning))
    }
    return audit
  }

  static func estimate(_ configuration: Configuration, inputs: [StageInput]) -> ResourceEstimate? {
    let model: ModelFootprint?
    if let input = inputs["model"] {
      model = input.footprint(lora: configuration.training.lora)
    } else {
      model = inputs["tokenizer"].flatMap { input in
        try? ModelFootprint(
          configuration: configuration.shape.configuration(for: Tokenizer.load(directory: input.path)),
          displayName: input.displayName)
      }
    }
    return model.map {
      MemoryEstimate.pretraining(
        configuration.training, length: configuration.maximumLength, inputs, model: $0)
    }
  }

  static func metricNames(_ configuration: Configuration, connected: Set<String>) -> [String]? {
    configuration.training.metricNames(
      SupervisedObjective.evaluationFigures, hasValidation: connected.contains("validation"))
  }

  static func run(_ configuration: Configuration, in context: StageContext) throws {
    let workspace = context.makeWorkspace(for: configuration.training)
    let seed = configuration.training.seed
    let model: LanguageModel
    if context.input("model") != nil {
      model = try context.loadModel("model", head: .vocabulary, training: configuration.training)
    } else {
      let input = try context.required("tokenizer")
      let tokenizer = try Tokenizer.load(directory: input.path)
      model = try LanguageModel.make(
        configuration: configuration.shape.configuration(for: tokenizer), tokenizer: tokenizer, seed: seed,
        displayName: "\(context.stage).model")
    }
    context.events.log(.info, "\(model.parameterCount) parameters")
    if configuration.maximumLength > model.architecture.maximumPositions {
      context.events.log(
        .warning, "sequences have \(model.architecture.maximumPositions) tokens, not max_length")
    }
    let length = min(configuration.maximumLength, model.architecture.maximumPositions)
    let data = StageData(context, DataOptions(), model.tokenizer, maximumLength: length)
    let separator = configuration.documentSeparator
    let objective = SupervisedObjective(
      model: model, workspace: workspace,
      examples: try data.packedText("corpus", length: length, documentSeparator: separator),
      validation: try data.packedText("validation", length: length, documentSeparator: separator))
    let observer = StageObserver(context: context, unit: "steps", shown: ["loss", "learning_rate"])
    try Trainer(configuration.training, model: model, workspace: workspace, observer: observer).run(objective)
    data.describe("model", model)
    try model.save(to: context.output("model"))
  }
}
