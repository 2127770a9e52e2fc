import Artifacts
import Foundation
import Testing

@Suite struct CachingTests {
  @Test func `1: A finished pipeline runs nothing, says so in one line, and writes nothing`() throws {
    let project = try Project.finished()
    // SQLite's shared memory comes and goes with every reader.
    let volatile: Set = ["plumb.db-shm", "plumb.db-wal"]
    let before = try Snapshot(project.directory, ignoring: volatile)
    let result = try project.plumb("run", "pipeline.yaml")
    #expect(result.status == 0)
    #expect(result.errors.isEmpty)
    #expect(result.output.split(separator: "\n").count == 1)
    #expect(result.output.hasPrefix("Up to date: 6 stages cached"))
    let after = try Snapshot(project.directory, ignoring: volatile)
    #expect(after.differences(from: before).filter { $0 != ".plumb" } == [])
    #expect(try project.json("runs")["runs"]?.arrayValue?.count == 1, "no run is recorded")
    #expect(try project.run().stages("cached") == TinyPipeline.stages)
  }

  @Test func `1: A run with nothing to do is quick`() throws {
    let project = try Project.finished()
    let times = try (0..<5).map { _ in
      try ContinuousClock().measure { _ = try project.plumb("run", "pipeline.yaml") }
    }
    // The bound is 60 ms; a busy machine and a debug build get five times as much.
    #expect(try #require(times.min()) < .milliseconds(300))
  }

  @Test
  func `2: One changed byte of the data runs what depends on it, and why names the file and both digests`()
    throws
  {
    let project = try Project.finished()
    let old = Digest(hashing: try project.read("demos.jsonl"))
    try project.replace("Thank you. Choose open", with: "Thank you, Choose open", in: "demos.jsonl")
    let new = Digest(hashing: try project.read("demos.jsonl"))

    let plan = try project.plan()
    #expect(plan.stages("cached") == ["tokenizer", "base", "reward"])
    #expect(plan.reason("sft") == "sources.demos changed")
    let why = try project.plumb("why", "pipeline.yaml", "sft")
    for part in ["sources.demos", "demos.jsonl", old.text, new.text] {
      #expect(why.output.contains(part), "\(why.output)")
    }
    let cause = try project.json("why", "pipeline.yaml", "align")["causes"]?[0]
    #expect(cause?["old"]?.stringValue == old.text && cause?["new"]?.stringValue == new.text)
    #expect(cause?["through"] == ["sft", "align"])

    let run = try project.run()
    #expect(run.stages("cached") == ["tokenizer", "base", "reward"])
    #expect(run.stages("succeeded") == ["sft", "align", "report"])
    let past = try project.json("why", "pipeline.yaml", "sft")
    #expect(past["pending"] == false && past["causes"]?[0]?["new"]?.stringValue == new.text)
  }

  @Test func `3: Comments, order of keys, quoting and the form of numbers change nothing`() throws {
    let project = try Project.finished()
    try project.replace("params: {seed: 7, beta: 0.1}", with: "# settings\nparams: {beta: 1e-1, 'seed': 0x7}")
    try project.replace(
      "    learning_rate: 0.01\n", with: "    learning_rate: 1.0e-2   # ten times less than 0.1\n")
    try project.replace(
      "    num_train_epochs: 1\n    batch_size: 4\n    learning_rate: 0.001",
      with: "    learning_rate: 1e-3\n    \"batch_size\": 4\n\n    num_train_epochs: 1.0")
    try project.replace("kind: sft\n", with: "\"kind\": 'sft'\n")
    try project.replace(
      "models: {base: \"${base.model}\", sft: \"${sft.model}\", aligned: \"${align.model}\"}",
      with: "models:\n      aligned: ${align}.model".replacing("${align}.model", with: "\"${align.model}\"")
        + "\n      sft: ${sft}\n      base: ${base}")
    let plan = try project.plan()
    #expect(plan.status == 0)
    #expect(plan.stages("cached") == TinyPipeline.stages)
  }

  @Test func `4: A stage that runs again and makes equal bytes saves its consumers`() throws {
    let project = try Project()
    // Every pair of this vocabulary occurs more than twice, so the bound is another key but the same tokenizer.
    try project.replace("vocab_size: 300}", with: "vocab_size: 300, min_frequency: 2}")
    let first = try project.run()
    try project.replace("min_frequency: 2", with: "min_frequency: 1")
    let plan = try project.plan()
    #expect(plan.decision("tokenizer") == "run")
    #expect(plan.stages("maybe") == ["base", "sft", "reward", "align", "report"])
    let second = try project.run()
    #expect(second.stages("succeeded") == ["tokenizer"])
    #expect(second.stages("cached") == ["base", "sft", "reward", "align", "report"])
    #expect(second.digests == first.digests)
    #expect(second["tokenizer"]?.key != first["tokenizer"]?.key)
  }

  @Test func `5: A value changed and changed back executes nothing and returns the first artifacts`() throws {
    let project = try Project.finished()
    let first = try project.run()
    let second = try project.run("--set", "seed=8")
    #expect(second.stages("cached") == ["tokenizer"])
    #expect(second.digests != first.digests)
    #expect(try project.plan().status == 0)
    let third = try project.run()
    #expect(third.stages("cached") == TinyPipeline.stages)
    #expect(third.digests == first.digests)
  }

  @Test func `6: Swapping PPO for DPO runs only DPO and its consumers, and swapping back runs nothing`()
    throws
  {
    let project = try Project.finished()
    let ppo = try project.run()
    let dpo = try project.run("--choose", "align=dpo")
    #expect(dpo.stages("cached") == ["tokenizer", "base", "sft", "reward"])
    #expect(dpo.stages("succeeded") == ["align", "report"])
    #expect(dpo["align"]?.json["kind"] == "dpo" && dpo["align"]?.json["option"] == "dpo")
    let back = try project.run()
    #expect(back.stages("cached") == TinyPipeline.stages)
    #expect(back.digests == ppo.digests)
    #expect(try project.run("--choose", "align=dpo").digests == dpo.digests)
  }

  @Test func `A target leaves out what it does not need`() throws {
    let project = try Project()
    let run = try project.run("sft")
    #expect(run.stages("succeeded") == ["tokenizer", "base", "sft"])
    #expect(run["reward"] == nil)
  }

  @Test func `A forced stage is executed although it is stored, and its consumers are saved`() throws {
    let project = try Project.finished()
    let before = try project.run()
    #expect(try project.plan("--force", "sft").stages("run") == ["sft"])
    let run = try project.run("--force", "sft")
    #expect(run.stages("succeeded") == ["sft"])
    #expect(run.digests == before.digests)
  }

  @Test func `An unchanged stage is shared by two pipelines of one store`() throws {
    let project = try Project.finished()
    try project.write(
      try project.read("pipeline.yaml").replacing("name: tiny", with: "name: other"), to: "other.yaml")
    let result = try project.plumb("run", "other.yaml", "--json")
    #expect(try RunReport(result).stages("cached") == TinyPipeline.stages)
  }
}
