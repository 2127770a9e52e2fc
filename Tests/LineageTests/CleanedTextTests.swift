import Lineage
import Testing

/// What a store records must be what another takes.
@Suite struct CleanedTextTests {
  @Test func `Signs that another store would refuse are replaced where they are recorded`() throws {
    let line = ColumnRule.line.cleaned("P8/t\tab\u{1B}[1m/q.yaml\u{202E}")
    #expect(line == "P8/t\u{FFFD}ab\u{FFFD}[1m/q.yaml\u{FFFD}")
    #expect(ColumnRule.line.allows(line))
    let note = ColumnRule.text.cleaned("passed\n\treview\u{7}")
    #expect(note == "passed\n\treview\u{FFFD}" && ColumnRule.text.allows(note))
    #expect(ColumnRule.line.cleaned("Über café.yaml") == "Über café.yaml")
  }

  @Test func `A time of a move stays within what other stores take`() {
    #expect(ColumnRule.bounded(5) == 5)
    #expect(ColumnRule.bounded(.max) == 253_402_300_799_999)
  }
}
