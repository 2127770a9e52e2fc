import DataLoading
import Testing
import Tokenization

@Suite struct RecordShapeTests {
  private func record(_ row: String, _ kind: DataKind) throws -> Record? {
    try Fixtures.load(row, kind: kind).rows.first?.record
  }

  private let question = [ChatMessage(role: "user", content: "Q")]
  private func answer(_ text: String) -> Content {
    .messages([ChatMessage(role: "assistant", content: text)])
  }

  @Test func `demonstrations`() throws {
    #expect(try record(#"{"text": "T", "id": 3}"#, .demonstrations) == .text("T"))
    #expect(
      try record(#"{"prompt": "P", "completion": "C"}"#, .demonstrations)
        == .promptCompletion(prompt: .text("P"), completion: .text("C")))
    #expect(
      try record(
        #"{"messages": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}]}"#,
        .demonstrations)
        == .messages(question + [ChatMessage(role: "assistant", content: "A")]))
    let alpaca = try record(#"{"instruction": "Add.", "input": "1 2", "output": "3"}"#, .demonstrations)
    guard case .promptCompletion(.text(let prompt), .text(let completion)) = alpaca else {
      Issue.record("Alpaca rows are prompt and completion")
      return
    }
    #expect(prompt.hasSuffix("### Instruction:\nAdd.\n\n### Input:\n1 2\n\n### Response:"))
    #expect(completion == "3")
  }

  @Test func `pairs with a prompt, as text and as messages`() throws {
    #expect(
      try record(#"{"prompt": "P", "chosen": "C", "rejected": "R", "margin": 2}"#, .preferences)
        == .preference(prompt: .text("P"), chosen: .text("C"), rejected: .text("R"), margin: 2))
    let messages = #"""
      {"prompt": [{"role": "user", "content": "Q"}], "chosen": [{"role": "assistant", "content": "C"}], "rejected": [{"role": "assistant", "content": "R"}]}
      """#
    let expected = Record.preference(
      prompt: .messages(question), chosen: answer("C"), rejected: answer("R"), margin: nil)
    #expect(try record(messages, .preferences) == expected)
    let repeated = #"""
      {"prompt": [{"role": "user", "content": "Q"}], "chosen": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "C"}], "rejected": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "R"}]}
      """#
    #expect(try record(repeated, .preferences) == expected)
    #expect(
      try record(
        repeated.replacing(#"[{"role": "user", "content": "Q"}], "chosen""#, with: #""Q", "chosen""#),
        .preferences) == expected)
  }

  @Test func `pairs that share their prompt`() throws {
    #expect(
      try record(#"{"chosen": "The sky is blue", "rejected": "The sky is green"}"#, .preferences)
        == .preference(
          prompt: .text("The sky is"), chosen: .text(" blue"), rejected: .text(" green"), margin: nil))
    #expect(
      try record(
        #"{"chosen": "\n\nHuman: Hi\n\nAssistant: Hello you", "rejected": "\n\nHuman: Hi\n\nAssistant: Hello"}"#,
        .preferences)
        == .preference(
          prompt: .text("\n\nHuman: Hi\n\nAssistant:"), chosen: .text(" Hello you"),
          rejected: .text(" Hello"),
          margin: nil))
    let messages = #"""
      {"chosen": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "C"}], "rejected": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "R"}]}
      """#
    #expect(
      try record(messages, .preferences)
        == .preference(prompt: .messages(question), chosen: answer("C"), rejected: answer("R"), margin: nil))
  }

  @Test func `rankings, with ties and nulls`() throws {
    func groups(_ row: String) throws -> [[Content]]? {
      guard case .ranked(_, let groups) = try record(row, .preferences) else { return nil }
      return groups
    }
    #expect(
      try groups(#"{"prompt": "P", "ranked": ["a", ["b", "c"], null, "d"]}"#)
        == [[.text("a")], [.text("b"), .text("c")], [.text("d")]])
    #expect(
      try groups(#"{"prompt": "P", "completions": ["a", "b", "c", "d"], "ranks": [2, 0, null, 2]}"#)
        == [[.text("b")], [.text("a"), .text("d")]])
    #expect(
      try groups(
        #"{"prompt": [{"role": "user", "content": "Q"}], "ranked": [[{"role": "assistant", "content": "a"}], [{"role": "assistant", "content": "b"}]]}"#
      )
        == [[answer("a")], [answer("b")]])
  }

  @Test func `prompts and labels`() throws {
    #expect(try record(#"{"prompt": "P", "completion": "C"}"#, .prompts) == .prompt(.text("P")))
    #expect(try record(#"{"text": "T", "label": 3}"#, .labels) == .labelled(text: "T", label: "3"))
    #expect(try record(#"{"text": "T", "category": "x"}"#, .labels) == .labelled(text: "T", label: "x"))
  }

  @Test func `null bytes and any other text are kept as they are`() throws {
    #expect(try record(#"{"text": "a\u0000b\r\n\ud83d\ude00e\u0301"}"#, .text) == .text("a\0b\r\n😀e\u{301}"))
  }
}
