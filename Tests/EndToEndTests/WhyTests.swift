import JSONText
import Testing

@Suite struct WhyTests {
  @Test func `2: why counts the rows that changed and names their lines`() throws {
    let project = try Project.finished()
    try project.replace("Thank you. Choose close", with: "Thank you, Choose close", in: "demos.jsonl")
    try project.append(#"{"prompt": "One more?", "completion": " Yes."}"# + "\n", to: "demos.jsonl")
    for _ in 0..<2 {
      // Before the run by the file on disk, after it by what the run froze.
      let cause = try #require(try project.json("why", "pipeline.yaml", "report")["causes"]?[0])
      #expect(cause["source"] == "demos" && cause["file"] == "demos.jsonl")
      #expect(cause["rows"]?["changed"] == 1 && cause["rows"]?["added"] == 1, "\(cause.pretty)")
      #expect(cause["rows"]?["removed"] == 0 && cause["rows"]?["same"] == 11)
      #expect(cause["rows"]?["lines"]?["changed"] == [2] && cause["rows"]?["lines"]?["added"] == [13])
      #expect(cause["through"] == ["report"], "the report reads the data too")
      #expect(cause["ways"]?[1] == ["sft", "report"] && cause["ways"]?[2] == ["sft", "align", "report"])
      _ = try project.run()
    }
    let text = try project.plumb("why", "pipeline.yaml", "report").output
    #expect(text.contains("1 changed (line 2), 1 added (line 13), 0 removed, 11 the same"), "\(text)")
    #expect(text.contains("demos → sft → report"))
  }

  @Test func `2: JSON has the line of every row that changed`() throws {
    let project = try Project.finished()
    let rows = (0..<50).map { #"{"prompt": "Is it \#($0)?", "completion": " Yes."}"# + "\n" }.joined()
    try project.append(rows, to: "demos.jsonl")
    let found = try project.json("why", "pipeline.yaml", "sft")["causes"]?[0]?["rows"]
    #expect(found?["added"] == 50 && found?["lines"]?["added"]?.arrayValue?.count == 50)
  }

  @Test func `Usage has the two forms, and what they need`() throws {
    let project = try Project()
    let help = try project.plumb("why", "--help").output
    #expect(help.contains("plumb why <manifest> <stage>") && help.contains("plumb why --cached <stage>"))
  }

  @Test func `8: why tells each change of several stages once, the first of the pipeline first`() throws {
    let project = try Project.finished()
    try project.replace("learning_rate: 0.01", with: "learning_rate: 0.02")
    try project.replace("kind: reward\n", with: "kind: reward\n    weight_decay: 0.1\n")
    let why = try project.json("why", "pipeline.yaml", "align")
    #expect(why["decision"] == "maybe")
    let causes = why["causes"]?.arrayValue ?? []
    #expect(causes.map { $0["stage"] } == ["base", "reward"], "\(why.pretty)")
    #expect(causes.map { $0["path"] } == ["config.learning_rate", "config.weight_decay"])
    #expect(causes.first?["old"] == 0.01 && causes.first?["new"] == 0.02)
    #expect(causes.first?["ways"]?.arrayValue?.count == 2)
  }

  @Test func `8: why names an input that another output is connected to, and a changed kind alone`() throws {
    let project = try Project.finished()
    try project.replace(
      "model: \"${base.model}\"\n    data: \"${sources.ranked}\"",
      with: "model: \"${sft.model}\"\n    data: \"${sources.ranked}\"")
    let cause = try project.json("why", "pipeline.yaml", "reward")["causes"]?[0]
    #expect(cause?["cause"] == "connection", "\(cause?.pretty ?? "")")
    #expect(cause?["connected"] == ["old": "base.model", "new": "sft.model"])
    let kind = try project.json("why", "pipeline.yaml", "align", "--choose", "align=dpo")["causes"]?
      .arrayValue
    #expect(kind?.contains { $0["path"] == "kind" && $0["old"] == "ppo" && $0["new"] == "dpo" } == true)
    #expect(kind?.contains { $0["path"]?.stringValue?.hasPrefix("config.") == true } == false)
  }

  @Test func `why says what is no reason because it is in no key`() throws {
    let project = try Project.finished()
    try project.replace(
      "    max_new_tokens: 8\n", with: "    max_new_tokens: 8\n    require: {aligned.words: \"< 1000\"}\n")
    let why = try project.json("why", "pipeline.yaml", "report")
    #expect(why["pending"] == false && why["causes"] == [])
    let ignored = (why["ignored"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
    #expect(
      ignored.contains("requirements") && ignored.contains { $0.hasPrefix("the manifest's text") },
      "\(ignored)")
    #expect(try project.plumb("why", "pipeline.yaml", "report").output.contains("not in the key"))
  }

  @Test func `why --cached says what a stage is served from, with and without the manifest`() throws {
    let project = try Project.finished()
    let run = try project.run("--choose", "align=dpo")
    let served = try project.json("why", "pipeline.yaml", "sft")["served_from"]
    #expect(served?["key"]?.stringValue == run["sft"]?.key)
    #expect(served?["run"]?.stringValue != run.run, "the first run made it")
    #expect(served?["outputs"]?[0]?["digest"]?.stringValue == run["sft"]?.outputs["model"])
    #expect(served?["inputs"]?.arrayValue?.map { $0["label"] } == ["base.model", "sources.demos"])
    #expect(served?["manifest"] == "pipeline.yaml" && served?["pipeline"] == "tiny")
    #expect(try project.json("why", "--cached", "sft")["served_from"] == served)
    #expect(try project.plumb("why", "--cached", "sft").output.contains(run["sft"]?.outputs["model"] ?? "?"))
    let pending = try project.plumb("why", "pipeline.yaml", "sft", "--cached", "--set", "seed=9")
    #expect(pending.status == 0 && pending.output.hasPrefix("sft is not served from the store"))
    #expect(try project.plumb("why", "pipeline.yaml").status == 64)
  }

  @Test func `why explains a stage that never ran by the first that did not`() throws {
    let project = try Project()
    _ = try project.run("tokenizer")
    let causes = try project.json("why", "pipeline.yaml", "sft")["causes"]?.arrayValue ?? []
    #expect(causes.map { $0["stage"] } == ["base", "sft"], "\(causes)")
    #expect(causes.allSatisfy { $0["state"] == "never run" })
  }

  @Test func `why goes back and forth with the value, not with the calendar`() throws {
    let project = try Project.finished()
    _ = try project.run("--set", "seed=8")
    let first = try project.json("why", "pipeline.yaml", "base")
    #expect(first["causes"] == [] && first["pending"] == false, "seed 7 came first: \(first.pretty)")
    let second = try project.json("why", "pipeline.yaml", "base", "--set", "seed=8")["causes"]?[0]
    #expect(second?["old"] == 7 && second?["new"] == 8)
  }

  @Test func `why explains every instance of a matrix, or the one that is named`() throws {
    let project = try Project()
    try project.replace(
      "    max_new_tokens: 8\n",
      with: "    matrix: {length: [6, 8]}\n    max_new_tokens: \"${matrix.length}\"\n")
    _ = try project.run()
    try project.replace("learning_rate: 0.01", with: "learning_rate: 0.02")
    let all = try project.json("why", "pipeline.yaml", "report")["instances"]?.arrayValue ?? []
    #expect(all.map { $0["stage"] } == ["report@length=6", "report@length=8"], "\(all)")
    #expect(all.allSatisfy { $0["causes"]?[0]?["stage"] == "base" })
    let one = try project.json("why", "pipeline.yaml", "report@length=8")
    #expect(one["stage"] == "report@length=8" && one["causes"]?[0]?["path"] == "config.learning_rate")
  }
}
