import Foundation
import JSONText
import Testing

@Suite struct DataTests {
  /// A bad row of a file, and what has to be said about it.
  struct BadRow: Sendable, CustomTestStringConvertible {
    var title: String
    var file: String
    var row: String
    var message: String

    var testDescription: String { title }
  }

  static let rows = [
    BadRow(
      title: "invalid JSON", file: "demos.jsonl", row: #"{"prompt": "a", "completion": }"#,
      message: "invalid JSON"),
    BadRow(
      title: "empty answer", file: "demos.jsonl", row: #"{"prompt": "a", "completion": ""}"#,
      message: "\"completion\" is empty"),
    BadRow(title: "no object", file: "demos.jsonl", row: "[1, 2]", message: "must be an object"),
    BadRow(
      title: "other keys", file: "demos.jsonl", row: #"{"question": "a"}"#,
      message: "no row of demonstrations"),
    BadRow(
      title: "identical pair", file: "ranked.jsonl", row: #"{"prompt": "a", "chosen": "b", "rejected": "b"}"#,
      message: "identical"),
    BadRow(
      title: "empty worse answer", file: "ranked.jsonl",
      row: #"{"prompt": "a", "chosen": "b", "rejected": ""}"#,
      message: "\"rejected\" is empty"),
    BadRow(
      title: "prompts that differ", file: "ranked.jsonl",
      row: #"{"chosen": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "x"}], "#
        + #""rejected": [{"role": "user", "content": "b"}, {"role": "assistant", "content": "y"}]}"#,
      message: "no prompt in common"),
    BadRow(
      title: "empty prompt", file: "prompts.jsonl", row: #"{"prompt": ""}"#, message: "\"prompt\" is empty"),
  ]

  @Test(arguments: rows)
  func `10: A bad row is reported as file and line with its reason, and nothing is half-written`(row: BadRow)
    throws
  {
    let project = try Project()
    let line = try project.read(row.file).split(separator: "\n").count + 1
    try project.append(row.row + "\n", to: row.file)
    for command in ["check", "run"] {
      let report = try ErrorReport(project.plumb(command, "pipeline.yaml", "--json"))
      #expect(report.status == 3)
      #expect(report.entries.count == 1, "told once, though two stages read the file: \(report.entries)")
      #expect(report.entries[0].file == row.file && report.entries[0].line == line)
      #expect(report.entries[0].message.contains(row.message), "\(report.entries)")
    }
    #expect(!FileManager.default.fileExists(atPath: project.store.path))
  }

  @Test(arguments: ["demos.jsonl", "ranked.jsonl", "prompts.jsonl", "corpus.txt"])
  func `10: Bytes that are not UTF-8 are reported with their line`(file: String) throws {
    let project = try Project()
    let text = try project.read(file)
    let line = text.split(separator: "\n", omittingEmptySubsequences: false).count
    var data = Data(text.utf8)
    data += Data(#"{"prompt": ""#.utf8) + [0xFF] + Data(#"", "completion": "b"}"#.utf8)
    try data.write(to: project.path(file))
    let report = try ErrorReport(project.plumb("check", "pipeline.yaml", "--json"))
    #expect(report.status == 3 && report.entries.count == 1, "\(report.entries)")
    #expect(report.entries[0].file == file && report.entries[0].line == line)
    #expect(report.entries[0].message.contains("UTF-8"))
    let text2 = try project.plumb("check", "pipeline.yaml").errors
    #expect(text2.contains("\(line) | {\"prompt\": \"\u{FFFD}\""), "the line is shown all the same: \(text2)")
  }

  @Test func `10: A row that would train no token is an error once the tokenizer is there`() throws {
    let project = try Project.finished()
    try project.replace(
      "    data: \"${sources.demos}\"\n    num",
      with: "    data: \"${sources.demos}\"\n    max_length: 10\n    num")
    let report = try ErrorReport(project.plumb("run", "pipeline.yaml", "--json"))
    #expect(report.status == 3)
    let rows = report.entries.filter { $0.message.contains("nothing of the row's answer is left") }
    #expect(rows.compactMap(\.line) == Array(1...12), "\(report.entries)")
    #expect(rows.allSatisfy { $0.file == "demos.jsonl" && $0.hint?.contains("max_length") == true })
    #expect(try project.json("runs")["runs"]?.arrayValue?.count == 1)
  }

  @Test func `10: Dropped rows are counted by reason and stored with the artifact`() throws {
    let project = try Project()
    try project.append(
      #"{"prompt": "a", "completion": ""}"# + "\n{oops\n{\"prompt\": \"a\", \"completion\": \"\"}\n",
      to: "demos.jsonl")
    try project.replace("    kind: sft\n", with: "    kind: sft\n    on_bad_row: drop\n")
    let result = try project.plumb("run", "pipeline.yaml", "sft")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors.contains("demos.jsonl:13"), "what is dropped is told: \(result.errors)")
    let facts = try project.json("show", "sft.model")["producers"]?[0]?["facts"]
    let counts = try #require(facts?["data"]?["sources.demos"], "\(String(describing: facts))")
    #expect(counts["rows"] == 15 && counts["kept"] == 12)
    let dropped = (counts["dropped"]?.members ?? []).compactMap(\.value.intValue)
    #expect(dropped.reduce(0, +) == 3 && dropped.count == 2)
    let shown = try project.plumb("show", "sft.model").output
    #expect(shown.contains("data.sources.demos.kept"), "\(shown)")
  }

  @Test func `A file without a usable row is an error`() throws {
    let project = try Project()
    for name in ["demos.jsonl", "ranked.jsonl", "prompts.jsonl", "corpus.txt"] {
      try project.write("", to: name)
    }
    let report = try ErrorReport(project.plumb("check", "pipeline.yaml", "--json"))
    #expect(report.status == 3)
    #expect(Set(report.entries.compactMap(\.file)).count == 4, "\(report.entries)")
  }

  @Test func `check shows what each stage would see`() throws {
    let fresh = try Project()
    let early = try fresh.plumb("check", "pipeline.yaml").output
    #expect(early.contains("sources.demos: 12 rows"))
    #expect(early.contains("note: base.model is not made yet"), "what cannot be said yet is said: \(early)")
    let finished = try Project.finished()
    let result = try finished.plumb("check", "pipeline.yaml")
    #expect(result.status == 0)
    #expect(
      result.output.contains("« Thank you. Choose open"), "the trained part is marked: \(result.output)")
    #expect(result.output.hasSuffix("ok: tiny, 6 stages, 4 sources\n"))
    let json = try finished.json("check", "pipeline.yaml")
    #expect(json["schema"] == "plumb.check/1" && json["warnings"] == [])
    let sft = try #require(json["stages"]?.arrayValue?.first { $0["name"] == "sft" })
    let input = try #require(sft["inputs"]?[0], "\(sft)")
    #expect(input["rows"] == 12 && input["marks"] == "trained")
    #expect(input["samples"]?.arrayValue?.count == 3)
    let spans = try #require(input["samples"]?[0]?["texts"]?[0]?["spans"]?.arrayValue)
    #expect(spans.map { $0["marked"]?.boolValue } == [false, true])
    #expect(spans[1]["text"]?.stringValue?.hasSuffix("<|endoftext|>") == true, "\(spans)")
    let names = input["distributions"]?.arrayValue?.compactMap { $0["name"]?.stringValue }
    #expect(names == ["prompt", "answer", "whole", "trained"])
    let bins = try #require(input["distributions"]?[0]?["bins"]?.arrayValue)
    #expect(bins.compactMap { $0["count"]?.intValue }.reduce(0, +) == 12)
  }
}
