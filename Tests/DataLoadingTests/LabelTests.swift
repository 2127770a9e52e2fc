import DataLoading
import Testing

@Suite struct LabelTests {
  private func tokenizer(_ maximumLength: Int, _ onOverlong: OnOverlong = .truncate) throws -> RowTokenizer {
    RowTokenizer(
      tokenizer: try Fixtures.byteTokenizer(), maximumLength: maximumLength, onOverlong: onOverlong,
      file: "f.csv")
  }

  private func row(_ text: String, _ label: String = "a", line: Int = 2) -> LocatedRecord {
    LocatedRecord(.labelled(text: text, label: label), line: line)
  }

  @Test func `a text is tokenised without EOS and keeps its label and line`() throws {
    let result = try tokenizer(20).labelledTexts([row("hi, you", "x y", line: 9)])
    let text = try #require(result.rows.first)
    #expect(text.ids.count == 7 && text.text == "hi, you" && text.label == "x y" && text.line == 9)
    #expect(result.report.remarks.isEmpty)
  }

  @Test func `an overlong text keeps its start, or is dropped`() throws {
    let cut = try tokenizer(3).labelledTexts([row("abcdef")])
    #expect(cut.rows.first?.ids == Array(try tokenizer(9).labelledTexts([row("abc")]).rows[0].ids))
    #expect(cut.report.remarks == [.truncated: 1])
    let dropped = try tokenizer(3, .drop).labelledTexts([row("abcdef"), row("ab")])
    #expect(dropped.rows.map(\.text) == ["ab"] && dropped.report.dropped == [.overlong: 1])
  }

  @Test func `quoted CSV with numbered labels is read, columns in any order`() throws {
    let csv = "label,id,text\n3,7,\"one, \"\"two\"\"\nthree\"\n12,8,four\n"
    let file = try Fixtures.load(csv, as: "rows.csv", kind: .labels)
    #expect(
      file.rows == [
        row("one, \"two\"\nthree", "3", line: 2), row("four", "12", line: 4),
      ])
  }
}
