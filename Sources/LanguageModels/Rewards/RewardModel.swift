import Compute
import Diagnostics
import Foundation

/// A sequence classifier with one score, on the scale that was kept with it.
///
/// Everything that reports or trains on rewards takes them from `scores`, so that all see the same numbers.
public struct RewardModel {
  /// Gives the raw scores.
  public let model: LanguageModel
  public let record: RewardRecord

  public init(_ model: LanguageModel, record: RewardRecord = RewardRecord()) {
    self.model = model
    self.record = record
  }

  /// Reads a reward model and compares its scores of the probes with the expected ones.
  ///
  /// - Parameters:
  ///   - displayName: the directory as the user knows it, for errors.
  ///   - copies: how often the weights will be held, for the memory check.
  ///   - adapters: what becomes of an adapter that the directory holds.
  ///   - residency: when the weights are in memory.
  /// - Throws: `Diagnostic` for what `LanguageModel.load` refuses, a model without a score, a damaged record, and a
  ///   probe with another score.
  public static func load(
    directory: URL, displayName: String? = nil, copies: Int = 1, adapters: AdapterUse = .asStored,
    residency: Residency = .always, workspace: Workspace
  ) throws -> RewardModel {
    let name = displayName ?? directory.path
    try LanguageModel.inspect(directory: directory, head: .scalar, displayName: name)
    let model = try LanguageModel.load(
      directory: directory, head: .scalar, displayName: name, copies: copies, adapters: adapters,
      residency: residency)
    return try model.whileResident(in: workspace) {
      try RewardModel(checking: model, directory: directory, displayName: name, workspace: workspace)
    }
  }

  /// A loaded model with the record of its directory, compared with its probes.
  ///
  /// - Throws: `Diagnostic` for a damaged record, and a probe with another score.
  public init(checking model: LanguageModel, directory: URL, displayName: String, workspace: Workspace) throws
  {
    self.init(
      model, record: try RewardRecord.read(from: directory, displayName: displayName) ?? RewardRecord())
    let found = Self.rawScores(model, of: record.probes.map(\.text), workspace: workspace)
    for (probe, score) in zip(record.probes, found) where !probe.accepts(score) {
      throw Diagnostic(
        .rewardProbe,
        "the model scores the probe \"\(probe.text)\" \(score), not \(probe.score) as when it was made",
        at: SourceLocation(file: displayName),
        hint:
          "its weights, its tokenizer or its configuration were damaged or converted; restore the directory, or"
          + " remove \(RewardRecord.fileName) to use it unchecked")
    }
  }

  /// The reward after the last token of each sequence: normalised if the record has a scale.
  public func scores(_ sequences: [[Int32]], workspace: Workspace) -> [Float] {
    let raw = model.scores(sequences, workspace: workspace)
    return record.scale.map { scale in raw.map { scale($0) } } ?? raw
  }

  /// Takes the probes' scores from the weights as they are.
  public static func makeProbes(_ model: LanguageModel, workspace: Workspace) -> [RewardProbe] {
    zip(RewardProbe.texts, rawScores(model, of: RewardProbe.texts, workspace: workspace)).map {
      RewardProbe(text: $0, score: $1)
    }
  }

  /// Writes the model for `transformers`, and the record beside it.
  ///
  /// - Throws: `Diagnostic` if a file cannot be written.
  public func save(to directory: URL) throws {
    try model.save(to: directory)
    try record.write(to: directory)
  }

  private static func rawScores(_ model: LanguageModel, of texts: [String], workspace: Workspace) -> [Double]
  {
    let sequences = texts.map { text in
      Array(model.tokenizer.encode(text).prefix(model.architecture.maximumPositions))
    }
    return model.scores(sequences, workspace: workspace).map(Double.init)
  }
}
