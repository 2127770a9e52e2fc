import JSONText
import Testing

@Suite struct LineageTests {
  /// Names of the nodes of a graph, sources and artifacts as `stage.port`, executions as `@stage`.
  private func names(_ json: JSON) -> Set<String> {
    Set(
      (json["nodes"]?.arrayValue ?? []).flatMap { node -> [String] in
        if let stage = node["stage"]?.stringValue { return ["@\(stage)"] }
        return (node["names"]?.arrayValue ?? []).compactMap(\.stringValue)
      })
  }

  @Test func `21: The ancestors of a policy are exactly what it was made from`() throws {
    let project = try Project.finished()
    let ppo = try project.json("lineage", "align.model", "--up")
    #expect(ppo["schema"] == "plumb.lineage/1")
    let trunk: Set = [
      "@sft", "sft.model", "sources.demos", "@base", "base.model", "@tokenizer", "tokenizer.tokenizer",
      "sources.corpus",
    ]
    let policy: Set = [
      "align.model", "@align", "sources.tickets", "@reward", "reward.reward_model", "sources.ranked",
    ]
    #expect(names(ppo) == trunk.union(policy))
    _ = try project.run("--choose", "align=dpo")
    let dpo = try project.json("lineage", "align.model", "--up")
    #expect(
      names(dpo) == trunk.union(["align.model", "@align", "sources.ranked"]), "no reward model, no tickets")
    // The answers of the PPO run are no ancestor of the DPO policy, but still lead back to the same.
    let runs = try #require(
      try project.json("runs")["runs"]?.arrayValue?.compactMap { $0["id"]?.stringValue })
    let earlier = try project.json("lineage", "\(runs[1]):align.rollouts", "--up")
    #expect(names(earlier) == trunk.union(policy).subtracting(["align.model"]).union(["align.rollouts"]))
  }

  @Test
  func
    `21: The uses of a data set are exactly what was made from it, over two runs that share a reward model`()
    throws
  {
    let project = try Project.finished()
    let first = try project.run()
    let second = try project.run("--choose", "align=dpo")
    #expect(first.digests["reward.reward_model"] == second.digests["reward.reward_model"])
    let uses = try project.json("lineage", "sources.ranked", "--down")
    #expect(
      names(uses) == [
        "sources.ranked", "@reward", "reward.reward_model", "@align", "align.model", "align.rollouts",
        "@report",
        "report.report",
      ])
    let executions = (uses["nodes"]?.arrayValue ?? []).filter { $0["type"] == "execution" }
    let kinds = executions.compactMap { $0["kind"]?.stringValue }.sorted()
    #expect(
      kinds == ["dpo", "evaluate", "evaluate", "ppo", "reward"], "one reward model, two policies and reports")
    let rewardUses = try project.json("lineage", "reward.reward_model", "--down")
    #expect(
      names(rewardUses) == [
        "reward.reward_model", "@align", "align.model", "align.rollouts", "@report", "report.report",
      ])
    let policies = (rewardUses["nodes"]?.arrayValue ?? []).compactMap { $0["id"]?.stringValue }
    for digest in [first, second].compactMap({ $0.digests["report.report"] }) {
      #expect(policies.contains(digest))
    }
  }

  @Test func `21: Every edge joins two nodes of the graph, and content lies between executions`() throws {
    let project = try Project.finished()
    let graph = try project.json("lineage", "base.model")
    let types = Dictionary(
      (graph["nodes"]?.arrayValue ?? []).map { ($0["id"]?.stringValue ?? "", $0["type"]?.stringValue ?? "") }
    ) { first, _ in first }
    let edges = try #require(graph["edges"]?.arrayValue)
    #expect(!edges.isEmpty)
    for edge in edges {
      let from = types[edge["from"]?.stringValue ?? ""]
      let to = types[edge["to"]?.stringValue ?? ""]
      #expect(from != nil && to != nil && (from == "execution") != (to == "execution"), "\(edge)")
    }
  }

  @Test func `21: A cached execution points to the one that made its result`() throws {
    let project = try Project.finished()
    let origin = try #require(try project.json("show", "sft")["id"]?.stringValue)
    _ = try project.run("--choose", "align=dpo")
    let cached = try project.json("show", "sft")
    #expect(cached["state"] == "cached")
    #expect(cached["cached_from"]?.stringValue == origin)
    #expect(cached["id"]?.stringValue != origin)
    #expect(try project.json("show", origin)["state"] == "succeeded")
    #expect(try project.plumb("show", "sft").output.contains("cached from"))
  }

  @Test func `Things are found by name, by run and by a unique prefix`() throws {
    let project = try Project.finished()
    let digest = try #require(try project.run().digests["sft.model"])
    let run = try #require(try project.json("runs")["runs"]?[0]?["id"]?.stringValue)
    for name in ["sft.model", String(digest.prefix(10)), "\(run.prefix(13)):sft.model"] {
      #expect(try project.json("show", name)["digest"]?.stringValue == digest, "\(name)")
    }
    #expect(try project.json("show", "latest")["id"]?.stringValue == run)
    #expect(try project.json("show", String(run.prefix(14)))["type"] == "run")
    let unknown = try ErrorReport(project.plumb("show", "stf", "--json"))
    #expect(unknown.status == 1 && unknown.entries[0].hint?.contains("'sft'") == true)
    let port = try ErrorReport(project.plumb("show", "sft.modle", "--json"))
    #expect(port.entries[0].hint?.contains("'sft.model'") == true)
  }

  @Test func `Graphs are drawn as a tree, for Graphviz and for Mermaid`() throws {
    let project = try Project.finished()
    let tree = try project.plumb("lineage", "sft.model", "--up").output
    #expect(tree.contains("└─ sft") && tree.contains("data: sources.demos"))
    #expect(try project.plumb("lineage", "sft.model", "--dot").output.hasPrefix("digraph lineage {"))
    #expect(try project.plumb("lineage", "sft.model", "--mermaid").output.hasPrefix("flowchart LR"))
  }
}
