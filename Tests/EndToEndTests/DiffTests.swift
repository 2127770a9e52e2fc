import JSONText
import Testing

@Suite struct DiffTests {
  @Test func `Two runs, stages and artifacts are compared, and equal ones are the same`() throws {
    let project = try Project.finished()
    let old = try project.run("--force", "sft")
    try project.replace("beta: 0.1", with: "beta: 0.2")
    try project.replace("kind: sft\n", with: "kind: sft\n    weight_decay: 0.1\n")
    try project.append(
      "{\"prompt\": \"One more?\", \"completion\": \" Yes, one more.\"}\n", to: "demos.jsonl")
    let new = try project.run()

    let stages = try project.json("diff", "\(old.run):sft", "\(new.run):sft", status: 1)
    let paths = (stages["changes"]?.arrayValue ?? []).compactMap { $0["path"]?.stringValue }
    #expect(paths == ["config.weight_decay", "input.data"], "\(stages.pretty)")
    #expect(stages["metrics"]?.arrayValue?.isEmpty == false)

    let models = try project.json("diff", "\(old.run):sft.model", "\(new.run):sft.model", status: 1)
    let change = try #require(models["weights"]?["relative_change"]?.doubleValue)
    #expect(change > 0 && change < 1)
    let data = try project.json("diff", "\(old.run):sources.demos", "\(new.run):sources.demos", status: 1)
    #expect(data["files"]?.arrayValue?.first?["rows"]?["added"] == 1, "\(data.pretty)")

    let runs = try project.json("diff", old.run, new.run, status: 1)
    #expect(runs["stages"]?.arrayValue?.contains { $0["name"] == "sft" } == true)
    #expect(try project.plumb("diff", "sft", "sft").output.hasSuffix("are the same\n"))
    #expect(try project.plumb("diff", "sft.model", "sft.model").status == 0)
    for pair in [(old.run, new.run), ("\(old.run):sft", "sft"), ("\(old.run):sft.model", "sft.model")] {
      #expect(try project.plumb("diff", pair.0, pair.1).status == 1)
    }
    #expect(try project.plumb("diff", "sft", "sft.model").errors.contains("compare two of a sort"))
  }

  @Test func `Rows, tensors and answers that changed are shown, all of them on demand`() throws {
    let project = try Project.finished()
    let old = try #require(try project.json("runs")["runs"]?[0]?["id"]?.stringValue)
    let edited = try project.read("demos.jsonl").replacing("Thank you.", with: "Thanks.")
    try project.write(edited, to: "demos.jsonl")
    let new = try project.run().run
    let rows = try project.plumb("diff", "\(old):sources.demos", "\(new):sources.demos").output
    #expect(rows.contains("12 changed (lines 1–12), 0 added, 0 removed, 0 the same"), "\(rows)")
    #expect(rows.contains("\n- 1: ") && rows.contains("\n+ 1: ") && rows.contains("--all shows them"))
    let all = try project.plumb("diff", "\(old):sources.demos", "\(new):sources.demos", "--all").output
    #expect(all.contains("\n+ 12: ") && !all.contains("--all shows them"))
    let weights = try project.plumb("diff", "\(old):sft.model", "sft.model", "--all").output
    #expect(weights.split(separator: "\n").count { $0.hasPrefix("model.") } > 10, "\(weights)")
    let report = try project.json("diff", "\(old):report.report", "report.report", status: 1)
    let answers = ["changed", "same"].compactMap { report["answers"]?[$0]?.intValue }
    #expect(answers.reduce(0, +) == 24, "8 prompts to 3 models: \(report.pretty)")
    let stages = try project.plumb("diff", "\(old):sft", "sft").output
    #expect(stages.contains("METRIC") && stages.contains { "▁▂▃▄▅▆▇█".contains($0) })
  }

  @Test func `What was collected is said to be collected, not damaged`() throws {
    let project = try Project.finished()
    let old = try #require(try project.json("runs")["runs"]?[0]?["id"]?.stringValue)
    _ = try project.run("--set", "seed=8")
    _ = try project.plumb("store", "gc", "--keep-runs", "1", "--grace", "0")
    let result = try project.plumb("diff", "\(old):sft.model", "sft.model")
    #expect(
      result.status == 1 && result.output.contains("was collected by 'plumb store gc'"), "\(result.errors)")
    let notes = (try project.json("compare", old, "latest")["notes"]?.arrayValue ?? []).compactMap(
      \.stringValue)
    #expect(notes.contains { $0.hasPrefix("the answers of \(old.prefix(13))") }, "\(notes)")
  }
}
