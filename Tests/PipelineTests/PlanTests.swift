import Artifacts
import Diagnostics
import Foundation
import JSONText
import Pipeline
import Testing

/// A catalog in memory, and a way to carry out a plan as if stages had run.
final class MemoryCatalog: ActionCatalog {
  var results: [Digest: StoredResult] = [:]
  var last: [String: RecordedAction] = [:]
  /// What a stage makes; by default something that only its key decides.
  var make: (StageNode, OutputPort, CacheKey) -> String = { node, port, key in
    "\(node.name).\(port.name) \(key.digest)"
  }

  func result(of key: Digest) throws -> StoredResult? { results[key] }
  func previousAction(stage: String, kind: String) throws -> RecordedAction? { last[stage] }
  func expectedCost(stage: String, kind: String) throws -> ExpectedCost? {
    last[stage] == nil ? nil : ExpectedCost(seconds: 2, bytes: 3)
  }

  /// Runs what has to run and returns the names of the stages that did.
  func run(_ graph: StageGraph, _ digest: (SourceNode) throws -> Digest) throws -> [String] {
    var known: [InputBinding.Origin: Digest] = [:]
    for source in graph.sources { known[.source(source.name)] = try digest(source) }
    var executed: [String] = []
    for node in graph.stages {
      let key = try #require(node.cacheKey { known[$0.origin] })
      if results[key.digest] == nil {
        executed.append(node.name)
        let outputs = node.outputs.map {
          ($0.name, CacheKey([KeyComponent(make(node, $0, key), .null)]).digest)
        }
        results[key.digest] = StoredResult(outputs: Dictionary(uniqueKeysWithValues: outputs))
      }
      last[node.name] = RecordedAction(
        key: key.digest, components: key.components, outcome: .succeeded, isSameStage: true)
      for (port, digest) in results[key.digest]?.outputs ?? [:] {
        known[.stage(node.name, port: port)] = digest
      }
    }
    return executed
  }
}

@Suite struct PlanTests {
  let directory: ManifestDirectory
  let catalog = MemoryCatalog()
  init() throws { directory = try ManifestDirectory() }

  static let everything = ["tokenizer", "base", "cleaned", "sft", "reward", "align", "report"]

  func digest(_ source: SourceNode) throws -> Digest {
    let text = try String(contentsOf: source.path, encoding: .utf8)
    return CacheKey([KeyComponent(text, .null)]).digest
  }

  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: directory.url.appendingPathComponent(name))
  }

  func run(_ graph: StageGraph) throws -> [String] { try catalog.run(graph, digest) }

  func plan(_ graph: StageGraph, forced: Set<String> = []) throws -> Plan {
    try Planner.plan(graph, catalog: catalog, forced: forced, digest: digest)
  }

  func decisions(_ plan: Plan) -> [String] { plan.stages.map { "\($0.node.name) \($0.decision.rawValue)" } }

  @Test func `the first plan runs everything and nothing is blocked`() throws {
    let plan = try plan(try directory.graph(supportManifest))
    #expect(decisions(plan) == Self.everything.map { "\($0) run" })
    #expect(plan.stages.allSatisfy { $0.reason == "never run" && $0.expectedCost == nil })
    #expect(!plan.isUpToDate)
  }

  @Test func `after a run nothing is left to do`() throws {
    let graph = try directory.graph(supportManifest)
    #expect(try run(graph) == Self.everything)
    #expect(try plan(graph).isUpToDate)
    #expect(try run(graph) == [])
  }

  @Test func `changed data runs what depends on it, and the plan says why`() throws {
    let graph = try directory.graph(supportManifest)
    _ = try run(graph)
    try write("other\n", to: "ranked.jsonl")
    let plan = try plan(graph)
    #expect(
      decisions(plan) == [
        "tokenizer cached", "base cached", "cleaned cached", "sft cached", "reward run", "align maybe",
        "report maybe",
      ])
    let reward = try #require(plan[stage: "reward"])
    #expect(reward.changes.map(\.path) == ["input.data"])
    #expect(reward.reason == "sources.ranked changed")
    #expect(reward.expectedCost?.seconds == 2)
    #expect(plan[stage: "align"]?.reason == "reward runs first; saved if what comes out is unchanged")
    #expect(try run(graph) == ["reward", "align", "report"])
  }

  @Test func `comments, order and spelling change nothing`() throws {
    _ = try run(try directory.graph(supportManifest))
    let other = """
      # the same in other words
      stages:
        report:
          require: {aligned.win_rate: "> 0.9"}
          prompts: "${sources.tickets}"
          models: {aligned: '${align.model}', sft: "${sft}"}
          kind: evaluate
        align:
          options:
            ppo: {reward_model: "${reward}", kind: "ppo", model: "${sft.model}", prompts: "${sources.tickets}"}
          choose: ppo
        reward: {kind: reward, model: "${sft.model}", data: "${sources.ranked}", warmup_steps: 7}
        sft: {kind: sft, model: "${base}", data: "${cleaned}", learning_rate: 1e-3, schedule: linear}
        cleaned: {kind: clean, data: "${sources.demos}"}
        base: {kind: pretrain, tokenizer: "${tokenizer}", corpus: "${sources.corpus}", max_steps: 600}
        tokenizer: {kind: tokenizer, corpus: ["${sources.corpus}"]}
      sources:
        tickets: {type: prompts, path: ./tickets.jsonl}
        ranked: {path: ranked.jsonl, type: preferences}
        demos: {path: demos.jsonl, type: demonstrations}
        corpus: {path: corpus.txt, type: text}
      plumbline: 1
      """
    #expect(try plan(try directory.graph(other)).isUpToDate)
  }

  @Test func `a stage that makes the same bytes saves its consumers`() throws {
    catalog.make = { node, port, key in
      node.name == "cleaned" ? "always the same" : "\(node.name).\(port.name) \(key.digest)"
    }
    let graph = try directory.graph(supportManifest)
    _ = try run(graph)
    try write("more rows\n", to: "demos.jsonl")
    #expect(
      decisions(try plan(graph)).dropFirst(2) == [
        "cleaned run", "sft maybe", "reward maybe", "align maybe", "report maybe",
      ])
    #expect(try run(graph) == ["cleaned"])
  }

  @Test func `a value changed and changed back runs nothing`() throws {
    let original = try directory.graph(supportManifest)
    _ = try run(original)
    let changed = try directory.graph(supportManifest.changing("1.0e-3", to: "2.0e-3"))
    #expect(try plan(changed)[stage: "sft"]?.reason == "learning_rate 0.001 → 0.002")
    #expect(try run(changed) == ["sft", "reward", "align", "report"])
    #expect(try plan(original).isUpToDate)
    #expect(try run(original) == [])
  }

  @Test func `another option runs only what it changes, and back runs nothing`() throws {
    let ppo = try directory.graph(supportManifest)
    let dpo = try directory.graph(supportManifest, choose: ["align": "dpo"])
    _ = try run(ppo)
    #expect(decisions(try plan(dpo)).suffix(2) == ["align run", "report maybe"])
    #expect(try run(dpo) == ["align", "report"])
    #expect(try run(ppo) == [])
  }

  @Test(arguments: [
    (#"max_steps: 600"#, #"warmup_steps: 600"#, "base", ["config.max_steps", "config.warmup_steps"]),
    (#", max_steps: 600"#, "", "base", ["config.max_steps"]),
    (#"tokenizer: "${tokenizer.tokenizer}", "#, "", "base", ["input.tokenizer.type", "input.tokenizer"]),
    (
      #"models: {sft: "${sft.model}", aligned: "${align.model}"}"#,
      #"models: {sft: "${align.model}", aligned: "${sft.model}"}"#, "report",
      ["input.models[aligned]", "input.models[sft]"]
    ),
    (
      #"corpus: "${sources.corpus}"}"#, #"corpus: ["${sources.corpus}", "${sources.corpus}"]}"#, "tokenizer",
      ["input.corpus[1].type", "input.corpus[1]"]
    ),
  ])
  func `removed, moved, added and swapped values each run again`(
    _ part: String, _ other: String, _ stage: String, _ paths: [String]
  ) throws {
    _ = try run(try directory.graph(supportManifest))
    let graph = try directory.graph(supportManifest.changing(part, to: other))
    let planned = try #require(try plan(graph)[stage: stage])
    #expect(planned.decision == .run)
    #expect(planned.changes.map(\.path) == paths)
    #expect(try run(graph).contains(stage))
  }

  @Test func `a forced stage runs and what follows may`() throws {
    let graph = try directory.graph(supportManifest)
    _ = try run(graph)
    #expect(
      decisions(try plan(graph, forced: ["reward"])).suffix(3) == [
        "reward run", "align maybe", "report maybe",
      ])
  }

  @Test func `a source that cannot be read blocks what needs it`() throws {
    let graph = try directory.graph(supportManifest)
    try FileManager.default.removeItem(at: directory.url.appendingPathComponent("tickets.jsonl"))
    #expect(decisions(try plan(graph)).suffix(2) == ["align blocked", "report blocked"])
  }

  @Test func `outputs that are lost are made again`() throws {
    let graph = try directory.graph(supportManifest)
    _ = try run(graph)
    let key = try #require(try plan(graph)[stage: "sft"]?.key)
    catalog.results[key.digest]?.damagedPorts = ["model"]
    let plan = try plan(graph)
    #expect(plan[stage: "sft"]?.decision == .run)
    #expect(plan[stage: "sft"]?.reason == "the stored model is missing or damaged")
    #expect(plan[stage: "reward"]?.decision == .maybe)
  }

  @Test func `the plan as JSON has the agreed members`() throws {
    let json = try plan(try directory.graph(supportManifest, targets: ["cleaned"])).json
    #expect(json["schema"] == "plumb.plan/1")
    let stage = try #require(json["stages"]?[0])
    #expect(stage["name"] == "cleaned")
    #expect(stage["decision"] == "run")
    #expect(stage["key"]?.stringValue?.count == 64)
    #expect(stage["changes"] == [])
    #expect(stage["estimate_seconds"] == .null)
  }

  @Test func `a thousand stages are planned quickly`() throws {
    var text = "plumbline: 1\nsources: {demos: {path: demos.jsonl, type: demonstrations}}\nstages:\n"
    text += "  s0: {kind: clean, data: \"${sources.demos}\"}\n"
    for index in 1..<1000 { text += "  s\(index): {kind: clean, data: \"${s\(index - 1).data}\"}\n" }
    let clock = ContinuousClock()
    let elapsed = try clock.measure {
      let graph = try directory.graph(text)
      #expect(try plan(graph).stages.count == 1000)
    }
    #expect(elapsed < .seconds(5), "\(elapsed)")
  }
}
