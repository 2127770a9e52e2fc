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
}
