import Alignment
import DataLoading
import Foundation
import JSONText
import LanguageModels
import TestSupport
import Testing

/// A training of TRL: its arguments, its log and the tensors it ended with.
struct GoldenCase {
  let json: JSON
  let config: JSON
  let log: [JSON]
  let final: JSON?
  /// The set that its models and rows belong to.
  let set: URL

  init(_ path: String) throws { try self.init(Golden.url(path), set: Golden.directory) }

  /// A case of the project's own, on the models and rows of the golden set that comes with it.
  init(vector path: String) throws {
    try self.init(Golden.vectors(path), set: Golden.committed)
  }

  private init(_ url: URL, set: URL) throws { self.init(try Golden.json(at: url), set: set) }

  init(_ json: JSON, set: URL = Golden.committed) {
    self.json = json
    config = json["config"] ?? .null
    log = json["log"]?.arrayValue ?? []
    final = json["final"]
    self.set = set
  }

  /// Loads the model the case started from: the one that has the tensors it ended with.
  func loadModel(_ head: LanguageModel.Head) throws -> LanguageModel {
    try loadModel(#require(try Golden.model(in: set, tensors: final?.members?.map(\.key) ?? [])), head)
  }

  func loadModel(_ name: String, _ head: LanguageModel.Head) throws -> LanguageModel {
    try LanguageModel.load(directory: set.appendingPathComponent("models/\(name)"), head: head)
  }

  /// Micro-batches per optimiser step.
  var accumulation: Int { config["gradient_accumulation_steps"]?.intValue ?? 1 }

  /// Tokens a row may have; TRL's default where the case does not say.
  var maximumLength: Int { config["max_length"]?.intValue ?? 1024 }

  /// The case's arguments; rows are taken in their order.
  var options: TrainingOptions {
    var options = TrainingOptions(learningRate: config["learning_rate"]?.doubleValue ?? .nan)
    options.microBatchSize = config["per_device_train_batch_size"]?.intValue ?? 8
    options.batchSize = options.microBatchSize * accumulation
    options.schedule = config["lr_scheduler_type"]?.stringValue.flatMap { .init(rawValue: $0) } ?? .linear
    options.warmupSteps = config["warmup_steps"]?.intValue ?? 0
    options.maximumSteps = config["max_steps"]?.intValue ?? 0
    options.epochs = config["num_train_epochs"]?.doubleValue ?? 3
    options.weightDecay = config["weight_decay"]?.doubleValue ?? 0
    options.maximumGradientNorm = config["max_grad_norm"]?.doubleValue ?? 1
    options.shuffle = false
    return options
  }

  /// The rows of a file of the golden set.
  func records(_ name: String, _ kind: DataKind) throws -> [LocatedRecord] {
    try RecordFile.load(set.appendingPathComponent("data/\(name)"), displayName: name, kind: kind).rows
  }

  func rowTokenizer(_ model: LanguageModel, _ onOverlong: OnOverlong) -> RowTokenizer {
    RowTokenizer(
      tokenizer: model.tokenizer, maximumLength: maximumLength, onOverlong: onOverlong, file: "golden")
  }
}
