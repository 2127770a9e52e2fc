import Alignment
import Compute
import DataLoading
import Foundation
import JSONText
import LanguageModels
import TestSupport
import Testing

/// Adapters trained over frozen weights, against TRL with PEFT.
@Suite(.tags(.golden)) struct AdapterGoldenTests {
  private static let folder = Golden.vectors("lora")

  @Test(arguments: Golden.cases(in: folder).filter { $0 != "MANIFEST" })
  func `Training an adapter follows TRL and PEFT step by step`(name: String) throws {
    let json = try Golden.json(at: Self.folder.appendingPathComponent("\(name).json"))
    let golden = GoldenCase(json)
    let isReward = json["task"]?.stringValue == "SEQ_CLS"
    let model = try LanguageModel.load(
      directory: Golden.committed.appendingPathComponent("models/\(json["model"]?.stringValue ?? "")"),
      head: isReward ? .scalar : .vocabulary,
      adapter: AdapterDirectory(Self.folder.appendingPathComponent(name), displayName: name))
    let frozen = model.parameters.values.copy()[..<model.parameters.trainedValues.lowerBound]
    let workspace = Workspace(threads: 2)
    try golden.train(model, objective(golden, model, isReward: isReward, workspace), workspace)
    #expect(model.parameters.values.copy()[..<frozen.endIndex] == frozen)
  }

  private func objective(
    _ golden: GoldenCase, _ model: LanguageModel, isReward: Bool, _ workspace: Workspace
  ) throws -> any TrainingObjective {
    guard isReward else {
      let rows = try golden.rowTokenizer(model, .truncate).demonstrations(
        records("sft", .demonstrations)
      ).rows
      return SupervisedObjective(model: model, workspace: workspace, examples: rows)
    }
    var rows = try golden.rowTokenizer(model, .drop).rankings(records("preference", .preferences)).rows
    // The vectors were made without the margin column.
    for index in rows.indices { rows[index].margin = nil }
    return RewardObjective(model: model, workspace: workspace, examples: rows)
  }

  /// Rows of the set that the vectors were made from.
  private func records(_ name: String, _ kind: DataKind) throws -> [LocatedRecord] {
    let file = Golden.committed.appendingPathComponent("data/\(name).jsonl")
    return try RecordFile.load(file, displayName: name, kind: kind).rows
  }
}
