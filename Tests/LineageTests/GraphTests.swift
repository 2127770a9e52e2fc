import Artifacts
import Diagnostics
import Foundation
import Lineage
import Testing

/// Two runs of base → sft → reward → align, where the second shares the reward model and swaps the last stage.
@Suite struct GraphTests {
  let store: TemporaryStore
  let database: LineageDatabase
  let executions: [String: ExecutionID]
  let cachedReward: ExecutionID

  static let demos = Artifact("demonstrations", "demos"), ranked = Artifact("preferences", "ranked")

  init() throws {
    store = try TemporaryStore()
    database = try store.database()
    var made: [String: ExecutionID] = [:]
    let first = try database.begin(stages: ["sft", "reward", "align"])
    try database.recordSources(
      [
        SourceRecord(name: "demos", path: "demos.jsonl", artifact: Self.demos),
        SourceRecord(name: "ranked", path: "ranked.jsonl", artifact: Self.ranked),
      ], of: first)
    func input(_ port: String, _ artifact: Artifact, from producer: String? = nil) -> InputRecord {
      InputRecord(
        port: port, label: producer.map { "\($0).model" } ?? "sources.\(port)", artifact: artifact,
        producer: producer.flatMap { made[$0] })
    }
    let sftModel = Artifact("model", "sft")
    let rewardModel = Artifact("model", "reward")
    made["sft"] = try database.execute("sft", in: first, inputs: [input("data", Self.demos)], output: "sft")
    made["reward"] = try database.execute(
      "reward", in: first, inputs: [input("model", sftModel, from: "sft"), input("data", Self.ranked)],
      output: "reward")
    made["ppo"] = try database.execute(
      "align", in: first, configuration: ["kind": "ppo"],
      inputs: [input("model", sftModel, from: "sft"), input("reward_model", rewardModel, from: "reward")],
      output: "ppo policy")
    try database.finish(first, .succeeded, seconds: 1)
    let second = try database.begin(stages: ["sft", "reward", "align"])
    let rewardID = try #require(made["reward"])
    let rewardKey = try #require(try database.read { try $0.execution(rewardID).key })
    let reward = try #require(try database.read { try $0.result(for: rewardKey) })
    cachedReward = try database.recordCached(
      stage: "reward", kind: "reward", result: reward, reason: "", in: second)
    made["dpo"] = try database.execute(
      "align", in: second, configuration: ["kind": "dpo"],
      inputs: [input("model", sftModel, from: "sft"), input("data", Self.ranked)], output: "dpo policy")
    // A failed execution made nothing and is in no lineage.
    let failed = try database.start(
      ExecutionStart(
        stage: "align", kind: "align", kindVersion: 1, key: database.key("align", ["kind": "kto"]),
        configuration: .null, inputs: [input("data", Self.ranked)]),
      in: second)
    try database.fail(failed, ExecutionFailure(code: "E401", message: "failed"), seconds: 1)
    executions = made
  }

  private func nodes(_ start: LineageStart, _ directions: Set<LineageGraph.Direction>) throws -> Set<String> {
    let graph = try database.read { try $0.lineage(of: start, directions) }
    let ids = Set(graph.nodes.map(\.id))
    #expect(ids.count == graph.nodes.count)
    #expect(graph.edges.allSatisfy { ids.contains($0.from) && ids.contains($0.to) })
    return ids
  }

  private func ids(executions names: [String], content: [String]) -> Set<String> {
    Set(names.compactMap { executions[$0]?.text } + content.map { Digest(hashing: $0).text })
  }

  @Test("the ancestors of a policy are exactly what it was made from")
  func ancestors() throws {
    #expect(
      try nodes(.content(Digest(hashing: "ppo policy")), [.up])
        == ids(
          executions: ["ppo", "reward", "sft"], content: ["ppo policy", "reward", "sft", "demos", "ranked"]))
    #expect(
      try nodes(.content(Digest(hashing: "dpo policy")), [.up])
        == ids(executions: ["dpo", "sft"], content: ["dpo policy", "sft", "demos", "ranked"]))
  }

  @Test("the uses of a data set are exactly what was made with it")
  func descendants() throws {
    #expect(
      try nodes(.content(Self.ranked.digest), [.down])
        == ids(
          executions: ["reward", "ppo", "dpo"], content: ["ranked", "reward", "ppo policy", "dpo policy"]))
    #expect(
      try nodes(.content(Digest(hashing: "reward")), [.down])
        == ids(executions: ["ppo"], content: ["reward", "ppo policy"]))
  }

  @Test("a cached execution stands for its origin")
  func cachedOrigin() throws {
    let origin = try #require(executions["reward"])
    #expect(try nodes(.execution(cachedReward), [.up]) == nodes(.execution(origin), [.up]))
    #expect(
      try nodes(.execution(cachedReward), [.up])
        == ids(executions: ["reward", "sft"], content: ["sft", "demos", "ranked"]))
  }

  @Test("nodes say what they are: sources by name and path, artifacts by stage and port")
  func descriptions() throws {
    let graph = try database.read {
      try $0.lineage(of: .content(Digest(hashing: "sft")), [.up, .down])
    }
    #expect(graph.nodes.contains(.source(Self.demos, names: ["sources.demos"], paths: ["demos.jsonl"])))
    #expect(graph.nodes.contains(.artifact(Artifact("model", "sft"), names: ["sft.model"])))
    let sft = try #require(executions["sft"])
    #expect(
      graph.edges.contains(
        LineageGraph.Edge(from: Self.demos.digest.text, to: sft.text, port: "data")))
    #expect(
      graph.edges.contains(
        LineageGraph.Edge(from: sft.text, to: Digest(hashing: "sft").text, port: "model")))
  }

  @Test("only the producer that was used is an ancestor, even if another made the same bytes")
  func exactProducer() throws {
    let run = try database.begin(stages: ["sft"])
    let other = try database.execute("sft", in: run, configuration: ["other": true], output: "sft")
    let ancestors = try nodes(.content(Digest(hashing: "ppo policy")), [.up])
    #expect(!ancestors.contains(other.text))
    #expect(try nodes(.content(Digest(hashing: "sft")), [.up]).contains(other.text))
  }

  @Test("an unknown start is an error")
  func unknown() {
    #expect(throws: Diagnostic.self) {
      try database.read { try $0.lineage(of: .content(Digest(hashing: "nothing")), [.up]) }
    }
  }
}
