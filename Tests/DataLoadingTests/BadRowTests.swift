import DataLoading
import Diagnostics
import JSONText
import Testing

@Suite struct BadRowTests {
  @Test(arguments: [
    (#"{"prompt": "P", "chosen": "A", "rejected": "A"}"#, "E117", "identical"),
    (#"{"prompt": "P", "chosen": "A", "rejected": " \n"}"#, "E116", "\"rejected\" is empty"),
    (#"{"prompt": "", "chosen": "A", "rejected": "B"}"#, "E115", "\"prompt\" is empty"),
    (#"{"prompt": "P", "chosen": 3, "rejected": "B"}"#, "E114", "must be a string or a list of messages"),
    (#"{"prompt": "P", "chosen": "A", "rejected": "B", "margin": "x"}"#, "E114", "must be a number"),
    (#"{"chosen": "abc", "rejected": "xyz"}"#, "E118", "no prompt in common"),
    (
      #"{"chosen": "\n\nHuman: a\n\nAssistant: b", "rejected": "\n\nHuman: c\n\nAssistant: d"}"#, "E118",
      "no prompt in common"
    ),
    (
      #"{"chosen": [{"role": "user", "content": "a"}], "rejected": [{"role": "user", "content": "b"}]}"#,
      "E118", "no prompt"
    ),
    (
      #"{"chosen": [{"role": "user", "content": "a"}, {"role": "user", "content": "b"}, {"role": "assistant", "content": "c"}], "rejected": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "d"}]}"#,
      "E118", "user message of its own"
    ),
    (
      #"{"prompt": [{"role": "user", "content": "a"}], "chosen": [{"role": "user", "content": "b"}, {"role": "assistant", "content": "c"}], "rejected": [{"role": "assistant", "content": "d"}]}"#,
      "E118", "does not start with the messages"
    ),
    (
      #"{"prompt": [{"role": "user", "content": "a"}], "chosen": "b", "rejected": "c"}"#, "E114",
      "both be strings"
    ),
    (#"{"prompt": "P", "ranked": ["a"]}"#, "E119", "puts no answer before"),
    (#"{"prompt": "P", "ranked": [["a", "b"]]}"#, "E119", "puts no answer before"),
    (#"{"prompt": "P", "ranked": ["a", "b", "a"]}"#, "E117", "identical"),
    (#"{"prompt": "P", "ranked": "a"}"#, "E114", "must be an array"),
    (#"{"prompt": "P", "completions": ["a", "b"], "ranks": [1]}"#, "E114", "1 entries for 2"),
    (#"{"prompt": "P", "completions": ["a", "b"], "ranks": [null, null]}"#, "E119", "no ranked answer"),
    (#"{"prompt": "P", "completions": ["a", "b"], "ranks": ["1", 2]}"#, "E114", "numbers or nulls"),
    (#"{"promt": "P", "chosen": "A"}"#, "E113", "\"promt\", \"chosen\""),
    (#"[1]"#, "E113", "must be an object"),
    (#"{"prompt": "P", "chosen": "A", "rejected": null}"#, "E113", "keys"),
  ])
  func `a bad preference is reported with its reason`(row: String, code: String, text: String) {
    // A good row first, so that a row that is an array is no file that is one.
    let good = #"{"prompt": "P", "chosen": "A", "rejected": "B"}"#
    let problems = Fixtures.problems("\(good)\n\(row)\n", kind: .preferences)
    #expect(problems.map(\.code.rawValue) == [code])
    #expect(problems.first?.message.contains(text) == true, "\(problems)")
    #expect(problems.first?.location?.file == "rows.jsonl")
    #expect(problems.first?.location?.line == 2)
  }

  @Test(arguments: [
    (#"{"messages": [{"role": "user", "content": "a"}]}"#, "E121"), (#"{"messages": []}"#, "E121"),
    (#"{"messages": [{"role": "human", "content": "a"}]}"#, "E120"),
    (#"{"messages": [{"role": "user"}]}"#, "E114"),
    (#"{"messages": [{"role": "user", "content": null}]}"#, "E114"), (#"{"messages": ["hi"]}"#, "E114"),
    (#"{"messages": [{"role": "assistant", "content": ""}]}"#, "E116"), (#"{"messages": "hi"}"#, "E114"),
    (#"{"prompt": "a", "completion": ""}"#, "E116"), (#"{"text": ""}"#, "E116"), (#"{"text": 3}"#, "E114"),
    (#"{"instruction": "", "output": "x"}"#, "E115"),
    (#"{"prompt": "a", "completion": [{"role": "assistant", "content": "b"}]}"#, "E114"),
  ])
  func `a bad demonstration is reported with its reason`(row: String, code: String) {
    #expect(Fixtures.problems(row, kind: .demonstrations).first?.code.rawValue == code)
  }

  @Test func `a slip in a key or a role is met with the nearest name`() {
    let key = Fixtures.problems(#"{"promt": "a", "completion": "b"}"#, kind: .demonstrations).first
    #expect(key?.hint?.contains("did you mean \"prompt\"") == true)
    #expect(key?.hint?.contains("{\"prompt\", \"completion\"}") == true)
    let role = Fixtures.problems(#"{"messages": [{"role": "gpt", "content": "a"}]}"#, kind: .demonstrations)
      .first
    #expect(role?.hint == "did you mean \"assistant\"?")
  }

  @Test func `the column is that of the field`() {
    let row = #"{"prompt": "é\"rejected\":", "chosen": "A", "rejected": "A"}"#
    let location = Fixtures.problems(row, kind: .preferences).first?.location
    #expect(location?.column == 45)
    #expect(location?.excerpt == row)
  }

  @Test func `all problems come in one pass, and the list ends with a count of the rest`() {
    let text = (0..<250).map { $0 % 2 == 0 ? "{" : #"{"text": "ok"}"# }.joined(separator: "\n")
    let problems = Fixtures.problems(text, kind: .text)
    #expect(problems.count == 101)
    #expect(problems.prefix(3).map { $0.location?.line } == [1, 3, 5])
    #expect(problems.last?.code.rawValue == "E129")
    #expect(problems.last?.message == "25 more rows have problems")
    #expect(problems.allSatisfy { $0.severity == .error })
  }

  @Test func `dropped rows are counted by reason and listed as warnings`() throws {
    let text = """
      {"prompt": "P", "chosen": "A", "rejected": "A"}
      {"prompt": "P", "chosen": "A", "rejected": "B"}

      {"prompt": "P", "chosen": "A", "rejected": ""}
      not JSON
      {"prompt": "P", "chosen": "C", "rejected": "C"}
      """
    let file = try Fixtures.load(text, kind: .preferences, onBadRow: .drop)
    #expect(file.rows.map(\.line) == [2])
    #expect(file.problems.map { $0.location?.line } == [1, 4, 5, 6])
    #expect(file.problems.allSatisfy { $0.severity == .warning })
    #expect(
      file.report.json == [
        "rows": 5, "kept": 1, "dropped": ["invalid_json": 1, "empty_answer": 1, "identical_pair": 2],
      ])
  }

  @Test(arguments: ["", "\n\n", "{\"text\": \"\"}", "[]"])
  func `a file without a usable row is an error even when bad rows are dropped`(text: String) {
    let error = #expect(throws: DiagnosticList.self) {
      try Fixtures.load(text, kind: .demonstrations, onBadRow: .drop)
    }
    #expect(error?.diagnostics.last?.code.rawValue == "E126")
  }

  @Test func `a file that is not there is an error with its name`() {
    let error = #expect(throws: DiagnosticList.self) {
      try RecordFile.load(
        Fixtures.golden.appendingPathComponent("none"), displayName: "data/none.jsonl", kind: .text)
    }
    #expect(error?.diagnostics.first?.location?.file == "data/none.jsonl")
  }
}
