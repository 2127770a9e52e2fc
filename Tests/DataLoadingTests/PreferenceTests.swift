import DataLoading
import Diagnostics
import Testing
import Tokenization

@Suite struct PreferenceTests {
  private func tokenizer(_ maximumLength: Int = 100, _ onOverlong: OnOverlong = .truncate) throws
    -> RowTokenizer
  {
    RowTokenizer(
      tokenizer: try Fixtures.byteTokenizer(), maximumLength: maximumLength, onOverlong: onOverlong,
      file: "f.jsonl")
  }

  private func pair(_ prompt: String, _ chosen: String, _ rejected: String, _ margin: Double? = nil)
    -> LocatedRecord
  {
    LocatedRecord(
      .preference(prompt: .text(prompt), chosen: .text(chosen), rejected: .text(rejected), margin: margin),
      line: 7)
  }

  private let ranking = LocatedRecord(
    .ranked(prompt: .text("P"), groups: [[.text("a")], [.text("b"), .text("c")], [.text("dddd")]]), line: 3)

  @Test func `a pair shares its prompt and ends both answers`() throws {
    let tokenizer = try tokenizer()
    let row = try #require(try tokenizer.pairs([pair("P:", "yes", "no", 0.5)]).rows.first)
    #expect(row.promptLength == 2 && row.margin == 0.5 && row.line == 7)
    #expect(row.chosen.preview(tokenizer: tokenizer.tokenizer) == "P:«yes<|endoftext|>»")
    #expect(row.rejected.preview(tokenizer: tokenizer.tokenizer) == "P:«no<|endoftext|>»")
  }

  @Test func `the prompt is what both sides share with it`() throws {
    var merged = try Tokenizer.train(
      texts: [String(repeating: "xy ", count: 9)],
      options: BPETrainingOptions(vocabularySize: 261, minimumFrequency: 1, chatTemplate: nil))
    merged.chatTemplate = nil
    let tokenizer = RowTokenizer(tokenizer: merged, maximumLength: 50, onOverlong: .error, file: "f")
    let row = try #require(try tokenizer.pairs([pair("ax", "y", "z")]).rows.first)
    #expect(row.promptLength == 1)
    #expect(row.rejected.preview(tokenizer: merged) == "a«xz<|endoftext|>»")
  }

  @Test func `a ranked row gives every pair of different rank`() throws {
    let tokenizer = try tokenizer()
    let pairs = try tokenizer.pairs([ranking])
    #expect(pairs.rows.count == 5)
    #expect(pairs.report.kept == 1)
    let row = try #require(try tokenizer.rankings([ranking]).rows.first)
    #expect(row.candidates.count == 4 && row.promptLength == 1)
    #expect(row.pairs.map { [$0.winner, $0.loser] } == [[0, 1], [0, 2], [0, 3], [1, 3], [2, 3]])
    #expect(row.candidates[3].preview(tokenizer: tokenizer.tokenizer) == "P«dddd<|endoftext|>»")
  }

  @Test func `a prompt that fills the length is dropped, answers are cut`() throws {
    let records = [pair("abcd", "e", "f"), pair("a", "bcdef", "g")]
    let result = try tokenizer(4).pairs(records)
    #expect(
      result.report.json == [
        "rows": 2, "kept": 1, "dropped": ["truncated_away": 1], "truncated": 1, "eos_lost": 1,
      ])
    #expect(result.rows.first?.chosen.ids.count == 4)
    #expect(result.rows.first?.rejected.ids.count == 3)
  }

  @Test func `a reward row with an overlong side is filtered under drop`() throws {
    let result = try tokenizer(4, .drop).rankings([pair("a", "b", "c"), pair("a", "bcdef", "g")])
    #expect(result.rows.count == 1)
    #expect(result.report.dropped == [.overlong: 1])
    #expect(try tokenizer(4).rankings([pair("a", "bcdef", "g")]).rows.first?.candidates[0].ids.count == 4)
    #expect(throws: DiagnosticList.self) { try tokenizer(4, .error).rankings([pair("a", "bcdef", "g")]) }
  }

  @Test func `prompts open the assistant's turn, and overlong ones keep their end`() throws {
    let tokenizer = try tokenizer(40)
    let chat = LocatedRecord(.prompt(.messages([ChatMessage(role: "user", content: "Q")])), line: 1)
    let row = try #require(try tokenizer.prompts([chat]).rows.first)
    #expect(row.text == "<|im_start|>user\nQ<|im_end|>\n<|im_start|>assistant\n")
    #expect(tokenizer.tokenizer.decode(row.ids) == row.text)
    let long = try #require(
      try self.tokenizer(3).prompts([LocatedRecord(.prompt(.text("abcdef")), line: 1)]).rows.first)
    #expect(tokenizer.tokenizer.decode(long.ids) == "def")
    #expect(throws: DiagnosticList.self) { try tokenizer.prompts([LocatedRecord(.text("x"), line: 1)]) }
  }
}
