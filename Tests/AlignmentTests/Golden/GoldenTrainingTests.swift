import Alignment
import Compute
import DataLoading
import Diagnostics
import JSONText
import LanguageModels
import TestSupport
import Testing

@Suite(.tags(.golden)) struct GoldenTrainingTests {
  @Test(arguments: ["sigmoid"])
  func `Direct preference optimisation follows TRL step by step`(name: String) throws {
    let golden = try GoldenCase("dpo/\(name).json")
    let model = try load("llama", .vocabulary)
    let rows = try golden.rowTokenizer(model, .truncate).pairs(
      golden.records("preference.jsonl", .preferences)
    ).rows
    let workspace = Workspace(threads: 2)
    let objective = PreferenceObjective(
      model: model, reference: model.copy(), workspace: workspace, examples: rows,
      loss: DirectPreferenceLoss(beta: golden.config["beta"]?.doubleValue ?? 0.1))
    try golden.train(model, objective, workspace)
  }

  private func load(_ name: String, _ head: LanguageModel.Head) throws -> LanguageModel {
    try LanguageModel.load(directory: Golden.url("models/\(name)"), head: head)
  }
}
