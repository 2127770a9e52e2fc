import Artifacts
import Foundation
import JSONText
import Testing

@Suite struct ConcurrencyTests {
  @Test func `14: Of two runs that want the same stages one makes each, and the other waits and uses it`()
    throws
  {
    let project = try Project.slow()
    let first = try project.startUntilBaseTrains()
    let second = try project.start("run", "pipeline.yaml")
    let (one, two) = (try first.wait(), try second.wait())
    #expect(one.status == 0 && two.status == 0, "\(one.errors)\(two.errors)")
    #expect(two.errors.contains("Waiting base: another run is making it"), "\(two.errors)")
    let runs = try #require(try project.json("runs")["runs"]?.arrayValue)
    let states = try runs.map { run in
      let stages = try project.json("show", run["id"]?.stringValue ?? "")["stages"]?.arrayValue ?? []
      return stages.map { $0["state"]?.stringValue ?? "" }
    }
    for (stage, pair) in zip(states[0], states[1]).enumerated() {
      #expect(Set([pair.0, pair.1]) == ["succeeded", "cached"], "stage \(stage) was made once")
    }
    #expect(try project.isStoreIntact())
  }

  @Test func `14: Two pipelines in one store do not block each other`() throws {
    let project = try Project.slow(steps: 20_000)
    let slow = try project.startUntilBaseTrains()
    try project.write(
      try project.read("pipeline.yaml").replacing("name: tiny", with: "name: quick")
        .replacing("max_steps: 20000", with: "max_steps: 3"), to: "quick.yaml")
    let quick = try project.plumb("run", "quick.yaml", "--json")
    #expect(quick.status == 0 && slow.isRunning, "\(quick.errors)")
    #expect(try RunReport(quick)["tokenizer"]?.state == "cached", "what the other one made is shared")
    slow.send(SIGINT)
    #expect(try slow.wait().status == 130)
  }

  @Test func `15: status, metrics and lineage work while a run is writing, and see how far it is`() throws {
    let project = try Project.slow(steps: 20_000)
    let command = try project.startUntilBaseTrains()
    func done() throws -> Int {
      let stages = try project.json("status")["stages"]?.arrayValue
      return stages?.first { $0["name"] == "base" }?["progress"]?["done"]?.intValue ?? 0
    }
    let earlier = try done()
    #expect(try eventually { try done() > earlier }, "progress is seen to advance")
    #expect(try project.json("status")["run"]?["state"] == "running")
    #expect(try project.plumb("status").output.contains("/20000 steps  loss"))
    let series = try project.json("metrics", "base")["series"]?.arrayValue
    let loss = try #require(series?.first { $0["name"] == "loss" })
    #expect((loss["points"]?.arrayValue?.count ?? 0) >= earlier)
    let nodes = try #require(try project.json("lineage", "base", "--up")["nodes"]?.arrayValue)
    #expect(nodes.count == 4, "base, its tokenizer, the tokenizer's stage and the corpus")
    #expect(try project.plan().status == 2)
    #expect(try project.json("runs")["runs"]?[0]?["stages"]?["running"] == 1)
    command.send(SIGINT)
    #expect(try command.wait().status == 130)
  }

  @Test func `19: Data edited while the run goes on is used as it was when the run began`() throws {
    let project = try Project.slow()
    let original = Digest(hashing: try project.read("demos.jsonl"))
    let command = try project.startUntilBaseTrains()
    try project.replace("Choose open", with: "Choose Open", in: "demos.jsonl")
    try project.replace("learning_rate: 0.001", with: "learning_rate: 0.002")
    #expect(try command.wait().status == 0)
    let inputs = try #require(try project.json("show", "sft")["inputs"]?.arrayValue)
    let data = try #require(inputs.first { $0["port"] == "data" })
    #expect(data["digest"]?.stringValue == original.text)
    #expect(try project.json("show", "sft")["configuration"]?["learning_rate"]?.doubleValue == 0.001)
    let plan = try project.plan()
    #expect(plan.stages("cached") == ["tokenizer", "base", "reward"])
    #expect(plan.reason("sft").contains("sources.demos changed"))
  }
}
