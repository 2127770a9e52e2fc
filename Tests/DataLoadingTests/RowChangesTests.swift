import DataLoading
import Foundation
import Testing

@Suite struct RowChangesTests {
  /// Changed, added, removed and equal rows, with the lines of the first three.
  func compare(
    _ old: [String], _ new: [String], file: String = "rows.jsonl", kind: DataKind = .demonstrations
  ) throws -> String {
    let changes = try RowChanges.between(
      Array(old.joined(separator: "\n").utf8), Array(new.joined(separator: "\n").utf8), file: file, kind: kind
    )
    return "changed \(changes.changed.map { [$0.oldLine, $0.newLine] }) added \(changes.added.map(\.line)) "
      + "removed \(changes.removed.map(\.line)) same \(changes.same)"
  }

  func row(_ prompt: String, _ answer: String) -> String {
    #"{"prompt": "\#(prompt)", "completion": "\#(answer)"}"#
  }

  @Test func `A row with the prompt of an old one is a changed row, wherever it stands`() throws {
    let old = [row("a", "1"), row("b", "2"), row("c", "3")]
    #expect(
      try compare(old, [row("c", "3"), row("a", "9"), row("b", "2")])
        == "changed [[1, 2]] added [] removed [] same 2")
  }

  @Test func `Other rows are added or removed, except in each other's place`() throws {
    let old = [row("a", "1"), row("b", "2")]
    #expect(try compare(old, old + [row("c", "3")]) == "changed [] added [3] removed [] same 2")
    #expect(try compare(old, [row("b", "2")]) == "changed [] added [] removed [1] same 1")
    #expect(
      try compare(old, [row("x", "9"), row("b", "2")]) == "changed [[1, 1]] added [] removed [] same 1")
  }

  @Test func `Equal rows are counted as often as they occur`() throws {
    let twice = [row("a", "1"), row("a", "1")]
    #expect(try compare(twice, [row("a", "1")]) == "changed [] added [] removed [2] same 1")
    #expect(try compare([row("a", "1")], twice) == "changed [] added [2] removed [] same 1")
    #expect(
      try compare([row("a", "1"), row("a", "2")], [row("a", "3"), row("a", "4")])
        == "changed [[1, 1], [2, 2]] added [] removed [] same 0")
  }

  @Test func `White space, the order of keys and the form of the file are no change`() throws {
    let old = [row("a", "1"), row("b", "2")]
    let array = #"[{"completion":"1","prompt":"a"},{"completion":"2","prompt":"b"}]"#
    #expect(try compare(old, [array]) == "changed [] added [] removed [] same 2")
  }

  @Test func `Messages are about what was asked`() throws {
    func chat(_ answer: String) -> String {
      #"{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "\#(answer)"}]}"#
    }
    #expect(
      try compare([row("x", "1"), chat("1")], [chat("2")]) == "changed [[2, 1]] added [] removed [1] same 0")
  }

  @Test func `Text is compared line by line, labels row by row`() throws {
    #expect(
      try compare(["one", "", "two"], ["one", "2", "", "two", "three"], file: "corpus.txt", kind: .text)
        == "changed [] added [2, 5] removed [] same 2")
    #expect(
      try compare(["label,text", "a,x", "b,y"], ["label,text", "a,x", "c,y"], file: "l.csv", kind: .labels)
        == "changed [[3, 3]] added [] removed [] same 1")
  }

  @Test func `Rows that cannot be read and damaged archives are no crash`() throws {
    #expect(try compare(["{", row("a", "1")], [row("a", "1")]) == "changed [] added [] removed [1] same 1")
    #expect(throws: (any Error).self) {
      try RowChanges.between([0x1F, 0x8B, 1, 2], [], file: "rows.jsonl.gz", kind: .prompts)
    }
    #expect(try compare([], []) == "changed [] added [] removed [] same 0")
  }
}
