import Alignment
import Compute
import DataLoading
import Foundation
import JSONText
import LanguageModels
import TestSupport
import Testing

/// Options of SFT that the golden set leaves out, against TRL on the committed models.
@Suite(.tags(.golden)) struct SupervisedVectorTests {
  private static let folder = Golden.vectors("sft/train")
  private static let names: [String] = {
    let files = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
    return (files ?? []).filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
  }()

  @Test(arguments: names)
  func `Packing and trained parts follow TRL step by step`(name: String) throws {
    let json = try JSON.parse(
      [UInt8](Data(contentsOf: Self.folder.appendingPathComponent("\(name).json"))), file: name)
    let golden = GoldenCase(json)
    let directory = "models/\(json["model"]?.stringValue ?? "")"
    let model = try LanguageModel.load(
      directory: Golden.committed.appendingPathComponent(directory), head: .vocabulary)
    let strategy = golden.config["packing_strategy"]?.stringValue.flatMap(PackingStrategy.init) ?? .bestFit
    let isPacked = golden.config["packing"]?.boolValue ?? false
    let rows = try golden.rowTokenizer(model, .truncate).demonstrations(
      Self.records(of: name),
      options: DemonstrationOptions(
        assistantOnly: golden.config["assistant_only_loss"]?.boolValue ?? false,
        completionOnly: golden.config["completion_only_loss"]?.boolValue,
        keepsLongRows: isPacked && strategy.splitsRows),
      requiresTrainedEnd: false
    ).rows
    let packs =
      isPacked
      ? SequencePacker(strategy, capacity: golden.maximumLength).packs(rows) : rows.map { SequencePack([$0]) }
    let workspace = Workspace(threads: 2)
    let objective = SupervisedObjective(
      model: model, workspace: workspace, packs: packs,
      loss: golden.config["loss_type"]?.stringValue.flatMap(SupervisedLossType.init) ?? .nll)
    try golden.train(model, objective, workspace)
  }

  @Test func `There are cases`() { #expect(Self.names.count > 5) }

  /// Conversations, their last turns as replies to the others, or the set's prompts with answers.
  private static func records(of name: String) throws -> [LocatedRecord] {
    func load(_ file: URL) throws -> [LocatedRecord] {
      try RecordFile.load(file, displayName: file.lastPathComponent, kind: .demonstrations).rows
    }
    if name.contains("messages") || name == "assistant" { return try load(Golden.vectors("sft/talks.json")) }
    guard name.contains("reply") else {
      return try load(Golden.committed.appendingPathComponent("data/sft.jsonl"))
    }
    return try load(Golden.vectors("sft/talks.json")).map { row in
      guard case .messages(let turns) = row.record else { return row }
      return LocatedRecord(
        .promptCompletion(prompt: .messages(turns.dropLast()), completion: .messages(turns.suffix(1))),
        line: row.line)
    }
  }
}
