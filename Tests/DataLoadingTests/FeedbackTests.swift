import DataLoading
import Testing
import Tokenization

@Suite struct FeedbackTests {
  private func tokenizer(_ maximumLength: Int = 100, _ onOverlong: OnOverlong = .truncate) throws
    -> RowTokenizer
  {
    RowTokenizer(
      tokenizer: try Fixtures.byteTokenizer(), maximumLength: maximumLength, onOverlong: onOverlong,
      file: "f.jsonl")
  }

  private func rated(_ prompt: String, _ answer: String, _ isDesirable: Bool = true) -> LocatedRecord {
    LocatedRecord(
      .feedback(prompt: .text(prompt), completion: .text(answer), isDesirable: isDesirable), line: 4)
  }

  @Test func `A row is a prompt, an answer and whether it is good`() throws {
    let file = try Fixtures.load(#"{"prompt": "P", "completion": "C", "label": false}"#, kind: .feedback)
    #expect(
      file.rows.map(\.record) == [
        .feedback(prompt: .text("P"), completion: .text("C"), isDesirable: false)
      ])
    let turns = try Fixtures.load(
      #"{"prompt": [{"role": "user", "content": "Q"}], "completion": [{"role": "assistant", "content": "A"}], "label": true}"#,
      kind: .feedback)
    #expect(turns.rows.count == 1)
  }

  @Test(arguments: [
    (
      #"{"prompt": "P", "completion": "C", "label": "good"}"#, "\"label\" must be true or false, not a string"
    ),
    (#"{"prompt": "P", "completion": "C", "label": 1}"#, "\"label\" must be true or false, not an integer"),
    (#"{"prompt": "P", "completion": " ", "label": true}"#, "\"completion\" is empty"),
    (#"{"prompt": "", "completion": "C", "label": true}"#, "\"prompt\" is empty"),
  ])
  func `A row that cannot be used says why`(row: String, message: String) throws {
    #expect(Fixtures.problems(row, kind: .feedback).map(\.message) == [message])
  }

  @Test func `A row without label is no row of feedback`() throws {
    let problem = try #require(
      Fixtures.problems(#"{"prompt": "P", "completion": "C"}"#, kind: .feedback).first)
    #expect(problem.message.contains("no row of feedback"))
    #expect(problem.hint?.contains("true or false") == true)
  }

  @Test func `The answer is trained, ended once, and kept whole for other prompts`() throws {
    let tokenizer = try tokenizer(6)
    let row = try #require(try tokenizer.feedback([rated("P:", "yes<|endoftext|>", false)]).rows.first)
    #expect(row.sequence.preview(tokenizer: tokenizer.tokenizer) == "P:«yes<|endoftext|>»")
    #expect(!row.isDesirable && row.sequence.line == 4)
    let cut = try #require(try tokenizer.feedback([rated("P:", "abcdef")]).rows.first)
    #expect(cut.sequence.ids.count == 6 && cut.answer.count == 7)
    let mismatched = row.mismatched(with: cut, maximumLength: 6)
    #expect(mismatched.preview(tokenizer: tokenizer.tokenizer) == "P:«abcd»")
    let other = try #require(try tokenizer.feedback([rated("Q", "x")]).rows.first)
    #expect(
      other.mismatched(with: cut, maximumLength: 6).preview(tokenizer: tokenizer.tokenizer) == "Q«abcde»")
  }

  @Test func `A prompt that fills the length is dropped and counted`() throws {
    let result = try tokenizer(4).feedback([rated("abcd", "e"), rated("a", "b")])
    #expect(result.rows.count == 1 && result.report.droppedCount == 1)
    #expect(result.report.problems.first?.message.contains("leaves no room for an answer") == true)
  }

  @Test func `Longer rows are dropped where that is asked for`() throws {
    #expect(try tokenizer(5, .drop).feedback([rated("a", "bcdefg"), rated("a", "b")]).rows.count == 1)
    #expect(throws: (any Error).self) { try tokenizer(5, .error).feedback([rated("a", "bcdefg")]) }
  }

  @Test func `Of preferences the best answers are good and all others are not, row by row`() throws {
    let records = [
      LocatedRecord(
        .preference(prompt: .text("P"), chosen: .text("a"), rejected: .text("b"), margin: nil), line: 1),
      LocatedRecord(
        .ranked(prompt: .text("Q"), groups: [[.text("c"), .text("d")], [.text("e")], [.text("f")]]), line: 2),
    ]
    let tokenizer = try tokenizer()
    let rows = try tokenizer.feedback(records).rows
    #expect(rows.map(\.isDesirable) == [true, false, true, true, false, false])
    #expect(rows.map(\.sequence.line) == [1, 1, 2, 2, 2, 2])
    #expect(rows[4].sequence.preview(tokenizer: tokenizer.tokenizer) == "Q«e<|endoftext|>»")
  }

  @Test func `A doubled end is refused`() throws {
    #expect(throws: (any Error).self) {
      try tokenizer().feedback([rated("P", "a<|endoftext|><|endoftext|>")])
    }
  }
}
