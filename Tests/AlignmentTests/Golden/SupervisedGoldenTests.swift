import Alignment
import Compute
import DataLoading
import JSONText
import LanguageModels
import TestSupport
import Testing

@Suite(.tags(.golden)) struct SupervisedGoldenTests {
  /// Every case of the set; its name says its model and its data.
  @Test(arguments: try Golden.names(in: "sft"))
  func `Supervised training follows TRL step by step`(name: String) throws {
    let golden = try GoldenCase("sft/\(name).json")
    let model = try LanguageModel.load(
      directory: Golden.url("models/\(Self.model(of: name))"), head: .vocabulary)
    let rows = try golden.rowTokenizer(model, .truncate).demonstrations(Self.records(of: name, golden)).rows
    let workspace = Workspace(threads: 2)
    let type = golden.config["loss_type"]?.stringValue.flatMap(SupervisedLossType.init)
    let objective = SupervisedObjective(
      model: model, workspace: workspace, examples: rows, loss: type ?? .nll)
    try golden.train(model, objective, workspace)
  }

  @Test func `The set has cases`() throws { #expect(try !Golden.names(in: "sft").isEmpty) }

  private static func model(of name: String) -> String {
    let architectures = ["gpt2": "gpt2", "qwen2": "qwen2", "neox": "gpt_neox"]
    return architectures.first { name.hasSuffix($0.key) }?.value ?? "llama"
  }

  private static func records(of name: String, _ golden: GoldenCase) throws -> [LocatedRecord] {
    switch name {
    case "full_text":
      return try golden.records("preference.jsonl", .preferences).map { row in
        guard case .preference(.text(let prompt), .text(let chosen), _, _) = row.record else { return row }
        return LocatedRecord(.text(prompt + chosen), line: row.line)
      }
    case "messages": return try golden.records("messages.jsonl", .demonstrations)
    default: return try golden.records("sft.jsonl", .demonstrations)
    }
  }
}
