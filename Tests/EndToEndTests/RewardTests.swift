import Foundation
import JSONText
import Testing

@Suite struct RewardTests {
  private static let manifest = """
    plumbline: 1
    name: rewards
    sources:
      corpus: {path: corpus.txt, type: text}
      data: {path: data.jsonl, type: preferences}
      held: {path: ranked.jsonl, type: preferences}
    stages:
    \(TinyPipeline.baseStages)
      reward:
        kind: reward
        model: "${base.model}"
        data: "${sources.data}"
        validation: "${sources.held}"
        normalize_rewards: true
        num_train_epochs: 6
        batch_size: 4
        learning_rate: 0.01

    """

  /// Trains on the rows of `ranked.jsonl`, with the columns swapped or not, and validates on them as they are.
  private func project(swapped: Bool) throws -> Project {
    let project = try Project()
    try project.write(Self.manifest, to: "rewards.yaml")
    let rows = try project.read("ranked.jsonl")
    let other = rows.replacing("\"chosen\"", with: "\"_\"").replacing("\"rejected\"", with: "\"chosen\"")
      .replacing("\"_\"", with: "\"rejected\"")
    try project.write(swapped ? other : rows, to: "data.jsonl")
    return project
  }

  @Test func `Swapped columns mirror the held-out accuracy, and check warns of it`() throws {
    var accuracies: [Double] = []
    for swapped in [false, true] {
      let project = try project(swapped: swapped)
      #expect(try project.json("check", "rewards.yaml")["warnings"]?.arrayValue?.isEmpty == true)
      let run = try project.plumb("run", "rewards.yaml")
      try #require(run.status == 0, "\(run.errors)")
      #expect((run.output + run.errors).contains("may be swapped") == swapped)
      let stage = try project.json("show", "reward.reward_model")
      let facts = stage["producers"]?[0]?["facts"]
      accuracies.append(try #require(facts?["validation"]?["eval_accuracy"]?.doubleValue, "\(stage.compact)"))
      let warnings = try project.json("check", "rewards.yaml")["warnings"]?.arrayValue ?? []
      #expect(warnings.count == (swapped ? 1 : 0))
      #expect(warnings.allSatisfy { $0["message"]?.stringValue?.contains("may be swapped") == true })
    }
    #expect(accuracies[0] > 0.5 && abs(accuracies[0] + accuracies[1] - 1) < 1e-9)
  }
}
