import Foundation
import Testing

@Suite struct PlanTests {
  @Test func `7: A plan of pending work exits with 2 and touches nothing`() throws {
    let project = try Project.finished()
    try project.replace("seed: 7", with: "seed: 8")
    let volatile: Set = ["plumb.db-shm", "plumb.db-wal"]
    let before = try Snapshot(project.directory, ignoring: volatile)
    let plan = try project.plan()
    #expect(plan.status == 2)
    #expect(plan.stages("run") == ["base", "sft", "reward", "align"])
    #expect(plan.stages("maybe") == ["report"])
    let after = try Snapshot(project.directory, ignoring: volatile)
    #expect(after.differences(from: before).filter { $0 != ".plumb" } == [])
  }

  @Test func `7: A requirement that a stored result does not meet ends a plan as it ends a run`() throws {
    let project = try Project.finished()
    try project.replace(
      "    baseline: sft\n", with: "    baseline: sft\n    require: {aligned.loss: \"< 0.001\"}\n")
    for _ in 0..<2 {
      let plan = try project.plumb("plan", "pipeline.yaml")
      #expect(plan.status == 4 && plan.errors.contains("error[E407]: 'report' requires aligned.loss < 0.001"))
      let json = try project.json("plan", "pipeline.yaml", status: 4)
      #expect(json["errors"]?[0]?["code"] == "E407")
      #expect(try project.plumb("run", "pipeline.yaml").status == 4)
    }
    try project.replace("< 0.001", with: "< 1000")
    #expect(try project.plan().status == 0)
  }

  @Test func `7: A plan before the first run makes no store and is not blocked by outputs that do not exist`()
    throws
  {
    let project = try Project()
    let plan = try project.plan()
    #expect(plan.status == 2)
    #expect(plan.stages("run") == TinyPipeline.stages)
    #expect(!FileManager.default.fileExists(atPath: project.store.path))
  }

  /// An edit of the manifest, the stage that it runs again, and what the reason says.
  struct Edit: Sendable, CustomTestStringConvertible {
    var title: String
    var old: String
    var new: String
    var stage: String
    var reason: [String]

    var testDescription: String { title }
  }

  @Test(arguments: [
    Edit(
      title: "removed parameter", old: "    num_train_epochs: 1\n", new: "", stage: "sft",
      reason: ["num_train_epochs 1.0 → 3.0"]),
    Edit(
      title: "added input", old: "    data: \"${sources.demos}\"\n    num",
      new: "    data: \"${sources.demos}\"\n    validation: \"${sources.demos}\"\n    num", stage: "sft",
      reason: ["input validation added"]),
    Edit(
      title: "swapped inputs", old: "{base: \"${base.model}\", sft: \"${sft.model}\",",
      new: "{base: \"${sft.model}\", sft: \"${base.model}\",", stage: "report",
      reason: ["sft.model changed", "base.model changed"]),
    Edit(
      title: "value moved to another key", old: "    max_steps: 6\n", new: "    num_train_epochs: 6\n",
      stage: "base", reason: ["max_steps 6 → 0", "num_train_epochs 1.0 → 6.0"]),
    Edit(
      title: "changed parameter", old: "{seed: 7, beta: 0.1}", new: "{seed: 9, beta: 0.1}",
      stage: "base", reason: ["seed 7 → 9"]),
    Edit(
      title: "another input", old: "prompts: \"${sources.tickets}\"\n    data",
      new: "prompts: \"${sources.demos}\"\n    data", stage: "report", reason: ["sources.demos changed"]),
  ])
  func `8: Every change of what a stage is made of runs it again and is the reason`(edit: Edit) throws {
    let project = try Project.finished()
    try project.replace(edit.old, with: edit.new)
    let plan = try project.plan()
    #expect(plan.status == 2)
    #expect(plan.decision(edit.stage) == "run")
    for part in edit.reason {
      #expect(plan.reason(edit.stage).contains(part), "\(plan.reason(edit.stage))")
    }
    #expect(try project.run()[edit.stage]?.state == "succeeded")
  }

  @Test func `A stage that was saved before says which input made it run after all`() throws {
    let project = try Project.finished()
    try project.replace("Choose open", with: "Choose Open", in: "demos.jsonl")
    #expect(try project.plan().reason("report") == "sources.demos changed")
    try project.replace("learning_rate: 0.01", with: "learning_rate: 0.02")
    let run = try project.run()
    #expect(run["reward"]?.reason == "base.model changed")
    #expect(run["align"]?.reason.contains("sft.model changed") == true)
  }

  @Test func `A plan says what a run is expected to take`() throws {
    let project = try Project.finished()
    let json = try project.json("plan", "pipeline.yaml", "--force", "base", status: 2)
    let base = try #require(json["stages"]?.arrayValue?.first { $0["name"] == "base" })
    #expect(base["decision"] == "run" && base["reason"] == "forced")
    #expect(try #require(base["estimate_seconds"]?.doubleValue) > 0)
  }

  @Test func `23: A plan of a thousand stages is quick`() throws {
    let project = try Project()
    var text = """
      plumbline: 1
      name: wide
      sources:
        corpus: {path: corpus.txt, type: text}
      stages:

      """
    for index in 0..<1000 {
      text += "  t\(index): {kind: tokenizer, corpus: \"${sources.corpus}\", vocab_size: \(300 + index)}\n"
    }
    try project.write(text, to: "wide.yaml")
    let times = try (0..<3).map { _ in
      try ContinuousClock().measure { _ = try project.plumb("plan", "wide.yaml") }
    }
    #expect(try project.plumb("plan", "wide.yaml").status == 2)
    // The bound is 300 ms; a busy machine and a debug build get ten times as much.
    #expect(try #require(times.min()) < .seconds(3))
  }
}
