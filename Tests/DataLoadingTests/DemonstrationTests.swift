import DataLoading
import Diagnostics
import Testing
import Tokenization

/// Rows become tokens by TRL's rules. The tokenizer here has one token per byte, so lengths can be read off.
@Suite struct DemonstrationTests {
  private func rows(_ records: [Record]) -> [LocatedRecord] {
    records.enumerated().map { LocatedRecord($1, line: $0 + 1) }
  }

  private func tokenizer(
    _ maximumLength: Int = 100, _ onOverlong: OnOverlong = .truncate, bos: Bool = false,
    chatTemplate: ChatTemplate? = .chatML
  ) throws -> RowTokenizer {
    RowTokenizer(
      tokenizer: try Fixtures.byteTokenizer(bos: bos, chatTemplate: chatTemplate),
      maximumLength: maximumLength,
      onOverlong: onOverlong, file: "rows.jsonl")
  }

  private func answer(_ prompt: String, _ completion: String) -> Record {
    .promptCompletion(prompt: .text(prompt), completion: .text(completion))
  }

  @Test func `the completion and its EOS are trained, the prompt is not`() throws {
    let tokenizer = try tokenizer()
    let row = try #require(try tokenizer.demonstrations(rows([answer("ab", " cd")])).rows.first)
    #expect(row.preview(tokenizer: tokenizer.tokenizer) == "ab« cd<|endoftext|>»")
    #expect(row.completionStart == 2)
    #expect(row.ids.last == 0 && row.trained == [false, false, true, true, true, true])
  }

  @Test func `EOS is appended only where it is missing`() throws {
    let tokenizer = try tokenizer()
    let texts: [Record] = [.text("ab"), .text("ab<|endoftext|>"), answer("a", "b<|endoftext|>")]
    let result = try tokenizer.demonstrations(rows(texts)).rows
    #expect(
      result.map { $0.preview(tokenizer: tokenizer.tokenizer) } == [
        "«ab<|endoftext|>»", "«ab<|endoftext|>»", "a«b<|endoftext|>»",
      ])
  }

  @Test func `BOS comes from the post-processor, in prompt and whole alike`() throws {
    let tokenizer = try tokenizer(bos: true)
    let row = try #require(try tokenizer.demonstrations(rows([answer("ab", "c")])).rows.first)
    #expect(row.ids.first == 2)
    #expect(row.completionStart == 3)
  }

  @Test func `the answer starts where the ids part, even inside the prompt`() throws {
    var merged = try Tokenizer.train(
      texts: [String(repeating: "xy ", count: 9)],
      options: BPETrainingOptions(vocabularySize: 261, minimumFrequency: 1, chatTemplate: nil))
    merged.chatTemplate = nil
    let tokenizer = RowTokenizer(tokenizer: merged, maximumLength: 50, onOverlong: .error, file: "f")
    let row = try #require(try tokenizer.demonstrations(rows([answer("ax", "y")])).rows.first)
    // "ax" is a·x, but "axy" is a·xy: the x of the prompt is trained as part of xy.
    #expect(row.preview(tokenizer: merged) == "a«xy<|endoftext|>»")
  }

  @Test func `conversations are trained whole, or what the assistant says`() throws {
    let tokenizer = try tokenizer(200)
    let messages = [
      ChatMessage(role: "user", content: "Hi"), ChatMessage(role: "assistant", content: "A"),
      ChatMessage(role: "user", content: "assistant"), ChatMessage(role: "assistant", content: "assistant"),
    ]
    let whole = try #require(try tokenizer.demonstrations(rows([.messages(messages)])).rows.first)
    #expect(whole.trained.allSatisfy { $0 })
    let spans = try #require(
      try tokenizer.demonstrations(
        rows([.messages(messages)]), options: DemonstrationOptions(assistantOnly: true)
      ).rows.first)
    #expect(spans.ids == whole.ids)
    #expect(
      spans.preview(tokenizer: tokenizer.tokenizer)
        == "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n«A<|im_end|>»\n"
        + "<|im_start|>user\nassistant<|im_end|>\n<|im_start|>assistant\n«assistant<|im_end|>»\n")
  }

  @Test func `a conversation's prompt ends with the generation prompt`() throws {
    let tokenizer = try tokenizer(200)
    let record = Record.promptCompletion(
      prompt: .messages([ChatMessage(role: "user", content: "Q")]),
      completion: .messages([ChatMessage(role: "assistant", content: "A")]))
    let row = try #require(try tokenizer.demonstrations(rows([record])).rows.first)
    #expect(
      row.preview(tokenizer: tokenizer.tokenizer)
        == "<|im_start|>user\nQ<|im_end|>\n<|im_start|>assistant\n«A<|im_end|>\n»")
  }

  @Test func `truncation keeps the start, and rows without an answer left are counted`() throws {
    let records = rows([answer("abcd", "efgh"), answer("abcdefgh", "i"), answer("a", "b")])
    let result = try tokenizer(6).demonstrations(records)
    #expect(result.rows.map(\.line) == [1, 3])
    #expect(result.rows.first?.trained == [false, false, false, false, true, true])
    #expect(
      result.report.json == [
        "rows": 3, "kept": 2, "dropped": ["truncated_away": 1], "truncated": 1, "eos_lost": 1,
      ])
    let dropped = try tokenizer(6, .drop).demonstrations(records)
    #expect(dropped.rows.map(\.line) == [3])
    #expect(dropped.report.dropped == [.overlong: 2])
    let error = #expect(throws: DiagnosticList.self) { try tokenizer(6, .error).demonstrations(records) }
    #expect(error?.diagnostics.map { $0.location?.line } == [1, 2])
    #expect(error?.diagnostics.first?.message.contains("9 tokens") == true)
  }

  @Test func `rows in which no token or no end is trained are an error`() throws {
    let none = #expect(throws: DiagnosticList.self) {
      try tokenizer(4).demonstrations(rows([answer("abcd", "e")]))
    }
    #expect(none?.diagnostics.first?.code == .maskZero)
    let records = rows([answer("ab", "cdefgh")])
    let endless = #expect(throws: DiagnosticList.self) { try tokenizer(5).demonstrations(records) }
    #expect(endless?.diagnostics.first?.code == .eosUntrained)
    #expect(try tokenizer(5).demonstrations(records, requiresTrainedEnd: false).rows.count == 1)
  }

  @Test func `doubled BOS and EOS are an error at their row`() throws {
    let bos = #expect(throws: DiagnosticList.self) {
      try tokenizer(bos: true).demonstrations(rows([.text("a"), .text("<|im_start|>a")]))
    }
    #expect(bos?.diagnostics.map(\.code) == [.doubledBOS])
    #expect(bos?.diagnostics.first?.location?.line == 2)
    let eos = #expect(throws: DiagnosticList.self) {
      try tokenizer().demonstrations(rows([.text("a<|endoftext|><|endoftext|>")]))
    }
    #expect(eos?.diagnostics.map(\.code) == [.doubledEOS])
  }

  @Test func `conversations need a chat template that is known`() throws {
    let record = rows([.messages([ChatMessage(role: "assistant", content: "A")])])
    let none = #expect(throws: DiagnosticList.self) {
      try tokenizer(chatTemplate: nil).demonstrations(record)
    }
    #expect(none?.diagnostics.map(\.code) == [.noChatTemplate])
    let strange = ChatTemplate(source: "{{ x }}", file: "m/chat_template.jinja", endOfText: "")
    let error = #expect(throws: DiagnosticList.self) {
      try tokenizer(chatTemplate: strange).demonstrations(record)
    }
    #expect(error?.diagnostics.first?.location?.file == "m/chat_template.jinja")
  }

  @Test func `a preview shows incomplete characters on the side they are on`() throws {
    let tokenizer = try Fixtures.byteTokenizer()
    let ids = tokenizer.encode("é!")
    let row = TokenizedSequence(ids: ids, completionStart: 1, line: 1)
    #expect(row.preview(tokenizer: tokenizer) == "\u{FFFD}«\u{FFFD}!»")
  }
}
