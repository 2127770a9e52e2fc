import Foundation
import Testing

@Suite struct ManifestTests {
  /// A slip in the manifest, and how it has to be reported.
  struct Slip: Sendable, CustomTestStringConvertible {
    var title: String
    var old: String
    var new: String
    var code: String
    /// What the marked line contains.
    var line: String
    var message: String
    var hint: String?

    var testDescription: String { title }
  }

  static let slips = [
    Slip(
      title: "unknown key", old: "    learning_rate: 0.01", new: "    learning_rat: 0.01", code: "E005",
      line: "learning_rat:", message: "'learning_rat' is not a key", hint: "'learning_rate'"),
    Slip(
      title: "unknown kind", old: "kind: sft", new: "kind: stf", code: "E010", line: "kind: stf",
      message: "no stage kind 'stf'", hint: "'sft'"),
    Slip(
      title: "unknown source", old: "\"${sources.demos}\"", new: "\"${sources.demo}\"", code: "E011",
      line: "sources.demo}", message: "no source 'demo'", hint: "'demos'"),
    Slip(
      title: "unknown port", old: "tokenizer: \"${tokenizer.tokenizer}\"",
      new: "tokenizer: \"${tokenizer.model}\"",
      code: "E012", line: "tokenizer.model", message: "no output 'model'", hint: nil),
    Slip(
      title: "wrong port type", old: "data: \"${sources.demos}\"", new: "data: \"${sources.corpus}\"",
      code: "E013", line: "data: \"${sources.corpus}", message: "text", hint: nil),
    Slip(
      title: "missing input", old: "    data: \"${sources.demos}\"\n    num", new: "    num", code: "E015",
      line: "sft:", message: "needs the input 'data'", hint: "data:"),
    Slip(
      title: "cycle", old: "model: \"${base.model}\"", new: "model: \"${sft.model}\"", code: "E016",
      line: "sft.model", message: "circle: sft → sft", hint: nil),
    Slip(
      title: "duplicate stage", old: "  reward:\n", new: "  sft:\n", code: "E008", line: "sft:",
      message: "'sft' is given twice", hint: "another name"),
    Slip(
      title: "overlapping names", old: "  demos: {", new: "  sft: {", code: "E008", line: "sft:",
      message: "has the name of a source", hint: "another name"),
    Slip(
      title: "missing file", old: "demos.jsonl", new: "demo.jsonl", code: "E019", line: "demo.jsonl",
      message: "does not exist: demo.jsonl", hint: "'demos.jsonl'"),
    Slip(
      title: "a directory for a file", old: "demos.jsonl", new: "../", code: "E019", line: "../",
      message: "is a directory", hint: nil),
    Slip(
      title: "bad number", old: "max_steps: 6", new: "max_steps: six", code: "E006", line: "max_steps: six",
      message: "must be an integer", hint: nil),
    Slip(
      title: "number out of range", old: "vocab_size: 300", new: "vocab_size: 30", code: "E006",
      line: "vocab_size: 30", message: "between 257 and", hint: nil),
    Slip(
      title: "option without effect", old: "    max_steps: 6", new: "    max_steps: 6\n    eval_steps: 2",
      code: "E014", line: "eval_steps", message: "has no effect without a `validation` input", hint: nil),
    Slip(
      title: "unknown option", old: "choose: ppo", new: "choose: pro", code: "E021", line: "choose: pro",
      message: "no option 'pro'", hint: "'ppo'"),
    Slip(
      title: "unknown parameter", old: "${params.seed}", new: "${params.sed}", code: "E011",
      line: "params.sed",
      message: "no parameter 'sed'", hint: "'seed'"),
    Slip(
      title: "unset environment", old: "${params.seed}", new: "${env.PLUMB_TEST_UNSET}", code: "E023",
      line: "PLUMB_TEST_UNSET", message: "is not set", hint: "PLUMB_TEST_UNSET="),
    Slip(
      title: "unknown baseline", old: "baseline: sft", new: "baseline: stf", code: "E014", line: "baseline",
      message: "none of the models", hint: "\"sft\""),
    Slip(
      title: "another version", old: "plumbline: 1", new: "plumbline: 2", code: "E004", line: "plumbline: 2",
      message: "version 2", hint: nil),
    Slip(
      title: "not YAML", old: "params: {", new: "params: {{", code: "E002", line: "sources:",
      message: "invalid YAML", hint: nil),
  ]

  @Test(arguments: slips)
  func `9: A slip is reported with its place, code and remedy, and nothing is executed`(slip: Slip) throws {
    let project = try Project()
    try project.replace(slip.old, with: slip.new)
    for command in ["check", "plan", "run"] {
      let report = try ErrorReport(project.plumb(command, "pipeline.yaml", "--json"))
      #expect(report.status == 3)
      let entry = try #require(report.entries.first { $0.code == slip.code }, "\(report.entries)")
      #expect(entry.file == "pipeline.yaml" && entry.column != nil)
      let lines = try project.read("pipeline.yaml").split(separator: "\n", omittingEmptySubsequences: false)
      let line = try #require(entry.line)
      #expect(lines[line - 1].contains(slip.line), "\(entry)")
      #expect(entry.message.contains(slip.message), "\(entry)")
      if let hint = slip.hint { #expect(entry.hint?.contains(hint) == true, "\(entry)") }
    }
    #expect(!FileManager.default.fileExists(atPath: project.store.path), "nothing was executed or stored")
  }

  @Test func `9: All errors come at once, each with its line and a caret under the place`() throws {
    let project = try Project()
    let edits = [
      ("learning_rate: 0.01", "learning_rat: 0.01"), ("vocab_size: 300", "vocab_size: lots"),
      ("kind: dpo", "kind: dop"), ("path: prompts.jsonl", "path: prompt.jsonl"),
      ("max_new_tokens: 8", "max_new_tokens: -8"),
    ]
    for (old, new) in edits { try project.replace(old, with: new) }
    let report = try ErrorReport(project.plumb("run", "pipeline.yaml", "--json"))
    #expect(Set(report.entries.map(\.code)) == ["E005", "E006", "E010", "E019"])
    #expect(report.entries.count == 5)
    let text = try project.plumb("run", "pipeline.yaml")
    #expect(text.status == 3 && text.output.isEmpty)
    #expect(text.errors.contains("error: 5 errors"))
    for entry in report.entries {
      #expect(text.errors.contains("error[\(entry.code)]: \(entry.message)"))
      let place = "--> pipeline.yaml:\(try #require(entry.line)):\(try #require(entry.column))"
      #expect(text.errors.contains(place), "\(text.errors)")
    }
    #expect(try caretIsUnder("learning_rat", in: text.errors))
    #expect(try caretIsUnder("lots", in: text.errors))
  }

  /// Whether the line below the one that shows `word` marks exactly the word.
  private func caretIsUnder(_ word: String, in text: String) throws -> Bool {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let shown = try #require(lines.firstIndex { $0.contains("|") && $0.contains(word) })
    let start = try #require(lines[shown].firstRange(of: word)).lowerBound
    let column = lines[shown].distance(from: lines[shown].startIndex, to: start)
    let marks = lines[shown + 1]
    let first = try #require(marks.firstIndex(of: "^"))
    return marks.distance(from: marks.startIndex, to: first) == column
      && marks.count { $0 == "^" } == word.count
  }

  @Test(arguments: [
    ("sed=3", "E022", "'seed'"), ("seed=abc", "E022", nil), ("seed=1.5", "E022", "7.0"),
    ("beta=x", "E022", nil),
  ])
  func `A parameter that does not exist or has another type cannot be set`(
    setting: String, code: String, hint: String?
  ) throws {
    let project = try Project()
    let report = try ErrorReport(project.plumb("run", "pipeline.yaml", "--set", setting, "--json"))
    #expect(report.status == 3)
    #expect(report.entries.map(\.code) == [code])
    if let hint { #expect(report.entries[0].hint?.contains(hint) == true) }
  }

  @Test func `A manifest that is missing, a directory, empty or not UTF-8 is named`() throws {
    let project = try Project()
    try project.write("", to: "empty.yaml")
    try Data([0x61, 0x0A, 0xFF, 0xFE]).write(to: project.path("binary.yaml"))
    let expected = [
      "none.yaml": "no file 'none.yaml'", ".": "is a directory", "empty.yaml": "is empty",
      "binary.yaml": "not UTF-8",
    ]
    for (name, message) in expected {
      let report = try ErrorReport(project.plumb("run", name, "--json"))
      #expect(report.status == 3)
      #expect(report.entries.count == 1 && report.entries[0].file == name)
      #expect(report.entries[0].message.contains(message), "\(report.entries)")
    }
    #expect(try ErrorReport(project.plumb("run", "binary.yaml", "--json")).entries[0].line == 2)
  }

  @Test func `Targets and forced stages that do not exist are named`() throws {
    let project = try Project()
    let target = try ErrorReport(project.plumb("run", "pipeline.yaml", "stf", "--json"))
    #expect(target.status == 3 && target.entries[0].hint?.contains("'sft'") == true)
    let forced = try ErrorReport(project.plumb("run", "pipeline.yaml", "--force", "stf", "--json"))
    #expect(forced.status == 3 && forced.entries[0].hint?.contains("'sft'") == true)
    let choice = try ErrorReport(project.plumb("run", "pipeline.yaml", "--choose", "align=dop", "--json"))
    #expect(choice.status == 3 && choice.entries[0].hint?.contains("'dpo'") == true)
  }
}
