import DataLoading
import Diagnostics
import Foundation
import JSONText
import Testing
import Tokenization

/// What is said of rows that are used, and how much of a file's warnings is told. One token per byte.
@Suite struct RemarkTests {
  private func rows(_ records: [Record]) -> [LocatedRecord] {
    records.enumerated().map { LocatedRecord($1, line: $0 + 1) }
  }

  private func answer(_ prompt: String, _ completion: String) -> Record {
    .promptCompletion(prompt: .text(prompt), completion: .text(completion))
  }

  private func byteTokenizer(
    _ maximumLength: Int = 100, _ onOverlong: OnOverlong = .truncate, chatTemplate: ChatTemplate? = .chatML
  ) throws -> RowTokenizer {
    RowTokenizer(
      tokenizer: try Fixtures.byteTokenizer(chatTemplate: chatTemplate), maximumLength: maximumLength,
      onOverlong: onOverlong, file: "rows.jsonl")
  }

  @Test func `rows that are cut, and those that lose their EOS, are counted`() throws {
    let records = rows([answer("a", "b"), answer("a", "bcdefg"), answer("ab", "cdefghi")])
    let report = try byteTokenizer(6).demonstrations(records).report
    #expect(report.remarks == [.truncated: 2, .endLost: 2])
    #expect(report.json == ["rows": 3, "kept": 3, "dropped": [:], "truncated": 2, "eos_lost": 2])
  }

  @Test func `an EOS that only the prompt loses is not counted`() throws {
    let template = try byteTokenizer(20)
    let messages = Record.messages([
      ChatMessage(role: "assistant", content: "A"), ChatMessage(role: "user", content: "Question"),
    ])
    let report = try template.demonstrations(
      rows([messages]), options: DemonstrationOptions(assistantOnly: true), requiresTrainedEnd: false
    ).report
    #expect(report.remarks == [.truncated: 1])
  }

  @Test func `a prompt that melts into its answer is remarked`() throws {
    let merged = try Tokenizer.train(
      texts: [String(repeating: "xy ", count: 9)],
      options: BPETrainingOptions(vocabularySize: 261, minimumFrequency: 1, chatTemplate: nil))
    let tokenizer = RowTokenizer(tokenizer: merged, maximumLength: 50, onOverlong: .error, file: "f")
    let report = try tokenizer.demonstrations(rows([answer("ax", "y"), answer("a ", "b")])).report
    #expect(report.remarks == [.boundaryMerged: 1])
    let pairs = [
      Record.preference(prompt: .text("ax"), chosen: .text("y"), rejected: .text("z"), margin: nil)
    ]
    #expect(try tokenizer.pairs(rows(pairs)).report.remarks == [.boundaryMerged: 1])
    #expect(try tokenizer.rankings(rows(pairs)).report.remarks == [.boundaryMerged: 1])
  }

  @Test func `warnings of one reason are told by their first places and a count`() throws {
    let long = (0..<40).map { _ in answer("abcd", "efgh") }
    let report = try byteTokenizer(6, .drop).demonstrations(rows([answer("a", "b")] + long)).report
    #expect(report.problems.map { $0.location?.line } == [2, 3, 4, nil])
    #expect(
      report.problems.last?.message == "37 more rows are dropped: a row has more tokens than max_length")
    #expect(report.problems.allSatisfy { $0.severity == .warning })
    #expect(report.problems.first?.hint == "raise max_length to keep it", "the row is dropped already")
  }

  @Test func `a row set without a trained end says why`() throws {
    func failure(_ tokenizer: RowTokenizer, _ record: Record) -> Diagnostic? {
      let error = #expect(throws: DiagnosticList.self) { try tokenizer.demonstrations(rows([record])) }
      #expect(error?.diagnostics.map(\.code) == [.eosUntrained])
      return error?.diagnostics.first
    }
    let cut = failure(try byteTokenizer(5), answer("ab", "cdefgh"))
    #expect(
      cut?.message.contains("max_length 5 cuts it off every row") == true, "\(String(describing: cut))")
    let foreign = try Tokenizer.train(
      texts: ["a"],
      options: BPETrainingOptions(vocabularySize: 257, specialTokens: ["<|endoftext|>"], padToken: nil))
    let template = RowTokenizer(tokenizer: foreign, maximumLength: 90, onOverlong: .error, file: "f")
    let endless = failure(template, .messages([ChatMessage(role: "assistant", content: "A")]))
    #expect(
      endless?.message.contains("<|im_end|>, which is no token") == true, "\(String(describing: endless))")
  }

  @Test func `a turn that ends twice is an error at its row`() throws {
    let twice = Record.messages([ChatMessage(role: "assistant", content: "A<|im_end|>")])
    let error = #expect(throws: DiagnosticList.self) { try byteTokenizer().demonstrations(rows([twice])) }
    #expect(error?.diagnostics.map(\.code) == [.doubledEOS])
    #expect(error?.diagnostics.first?.hint?.contains("remove <|im_end|> from the data") == true)
  }

  private static let endingPostProcessor: JSON = [
    "type": "TemplateProcessing",
    "single": [
      ["Sequence": ["id": "A", "type_id": 0]], ["SpecialToken": ["id": "<|endoftext|>", "type_id": 0]],
    ],
    "pair": [],
    "special_tokens": ["<|endoftext|>": ["id": "<|endoftext|>", "ids": [0], "tokens": ["<|endoftext|>"]]],
  ]

  @Test func `a prompt that the tokenizer ends is an error`() throws {
    let directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("data-\(UUID().uuidString)", isDirectory: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    try Fixtures.byteTokenizer(chatTemplate: nil).write(to: directory)
    let file = directory.appendingPathComponent("tokenizer.json")
    let members = try #require(try Fixtures.json(file).members).filter { $0.key != "post_processor" }
    try Data(JSON.object(members + [JSON.Member("post_processor", Self.endingPostProcessor)]).compact.utf8)
      .write(to: file)
    let tokenizer = RowTokenizer(
      tokenizer: try Tokenizer.load(directory: directory), maximumLength: 50, onOverlong: .error,
      file: "f")
    let error = #expect(throws: DiagnosticList.self) { try tokenizer.prompts(rows([.prompt(.text("a"))])) }
    #expect(error?.diagnostics.map(\.code) == [.endedPrompt])
  }

  @Test func `marks are shown token by token`() throws {
    let tokenizer = try Fixtures.byteTokenizer()
    let row = TokenizedSequence(
      ids: tokenizer.encode("ab") + [0], completionStart: 0, trained: [false, true, true], line: 1)
    let tokens = row.markedTokens(tokenizer: tokenizer)
    #expect(tokens.map(\.text) == ["a", "b", "<|endoftext|>"])
    #expect(tokens.map(\.isTrained) == [false, true, true])
    #expect(tokens.map(\.isSpecial) == [false, false, true])
  }
}
