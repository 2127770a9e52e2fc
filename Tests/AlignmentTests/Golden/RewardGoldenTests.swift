import Alignment
import Compute
import DataLoading
import JSONText
import LanguageModels
import TestSupport
import Testing

@Suite(.tags(.golden)) struct RewardGoldenTests {
  /// Every case of the set. TRL reads the margin column only where the data set keeps it, which a case's name says.
  @Test(arguments: try Golden.names(in: "reward"))
  func `Reward training follows TRL step by step`(name: String) throws {
    let golden = try GoldenCase("reward/\(name).json")
    let model = try LanguageModel.load(directory: Golden.url("models/llama_reward"), head: .scalar)
    var rows = try golden.rowTokenizer(model, .drop).rankings(
      golden.records("preference.jsonl", .preferences)
    ).rows
    if !name.contains("margin") { for index in rows.indices { rows[index].margin = nil } }
    let centering = golden.config["center_rewards_coefficient"]?.doubleValue ?? 0
    let workspace = Workspace(threads: 2)
    let objective = RewardObjective(
      model: model, workspace: workspace, examples: rows, loss: RankingLoss(centering: centering))
    try golden.train(model, objective, workspace)
  }

  @Test func `The set has cases`() throws { #expect(try !Golden.names(in: "reward").isEmpty) }
}
