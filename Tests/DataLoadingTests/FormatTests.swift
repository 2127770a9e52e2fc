import DataLoading
import Diagnostics
import Foundation
import TestSupport
import Testing

@Suite struct FormatTests {
  private func texts(_ file: RecordFile) -> [String] {
    file.rows.map { row in
      switch row.record {
      case .text(let text): text
      case .labelled(let text, let label): "\(text)→\(label)"
      default: "?"
      }
    }
  }

  @Test func `JSON Lines, with a byte order mark, blank lines and carriage returns`() throws {
    let file = try Fixtures.load(
      "\u{FEFF}{\"text\": \"a\"}\r\n\r\n {\"text\": \"b\"} \n{\"text\": \"c\"}", kind: .text)
    #expect(texts(file) == ["a", "b", "c"])
    #expect(file.rows.map(\.line) == [1, 3, 4])
  }

  @Test func `a JSON array, with the line of each item`() throws {
    let file = try Fixtures.load(
      "\n[ {\"text\": \"a,]\\\"\"},\n  {\n\"text\": \"b\", \"x\": [1, {\"y\": 2}]}\n, {\"text\": \"c\"}]\n",
      as: "rows.json",
      kind: .text)
    #expect(texts(file) == ["a,]\"", "b", "c"])
    #expect(file.rows.map(\.line) == [2, 3, 5])
  }

  @Test(arguments: [
    ("[{\"text\": \"a\"}, {\"text\": b}, {\"text\": \"c\"}]", 1, 26),
    ("[{\"text\": \"a\"},\n {\"text\" 1},\n {\"text\": \"c\"}]", 2, 10), ("[{\"text\": \"a\"}", 1, 15),
    ("[{\"text\": \"a\"},\n", 2, 1), ("[{\"text\": \"a\"}] x", 1, 17), ("[{\"text\": \"a\"},]", 1, 16),
    ("[", 1, 2), ("[{\"text\": \"a\"}, {\"text\": \"é", 1, 28),
  ])
  func `an array that is wrong is reported where it is wrong`(text: String, line: Int, column: Int) {
    let problems = Fixtures.problems(text, as: "rows.json", kind: .text)
    #expect(problems.first?.code == .invalidJSON, "\(problems)")
    #expect(problems.first?.location?.line == line, "\(problems)")
    #expect(problems.first?.location?.column == column, "\(problems)")
  }

  @Test func `CSV with quotes, commas and line feeds in fields`() throws {
    let text = "id,text,label\r\n1,\"a, \"\"b\"\"\nc\",x\r\n2,plain,y\n\n3,last,\"z\""
    let file = try Fixtures.load(text, as: "rows.csv", kind: .labels)
    #expect(texts(file) == ["a, \"b\"\nc→x", "plain→y", "last→z"])
    #expect(file.rows.map(\.line) == [2, 4, 6])
  }

  @Test(arguments: [
    ("text,label\na\n", 2, "E111"), ("text,label\na,b,c\n", 2, "E111"), ("text,label\n\"a,b\n", 2, "E111"),
    ("text,label\nok,x\n\"a\"b,c\n", 3, "E111"), ("text,kind\na,b\n", 2, "E113"),
    ("text,label\n,b\n", 2, "E115"),
  ])
  func `CSV that is wrong is reported with its line`(text: String, line: Int, code: String) {
    let problem = Fixtures.problems(text, as: "rows.csv", kind: .labels).first
    #expect(problem?.location?.line == line)
    #expect(problem?.code.rawValue == code)
  }

  @Test func `plain text is one document, brackets or not`() throws {
    #expect(texts(try Fixtures.load("[a]\nb\n", as: "corpus.txt", kind: .text)) == ["[a]\nb\n"])
    #expect(texts(try Fixtures.load("no extension", as: "corpus", kind: .text)) == ["no extension"])
  }

  @Test func `bytes that are not UTF-8 are reported where they are`() throws {
    let bytes =
      Array("{\"text\": \"ok\"}\n{\"text\": \"a".utf8) + [0xFF] + Array("\"}\n{\"text\": \"ok\"}\n".utf8)
    let file = try Fixtures.load(bytes, as: "rows.jsonl", kind: .text, onBadRow: .drop)
    #expect(texts(file) == ["ok", "ok"])
    #expect(file.problems.first?.code == .notUTF8)
    #expect(file.problems.first?.message.contains("byte 26 ") == true)
    #expect(file.problems.first?.location?.line == 2)
    #expect(file.problems.first?.location?.column == 12)
    let error = #expect(throws: DiagnosticList.self) {
      try Fixtures.load(Array("one\ntwo".utf8) + [0xC3], as: "corpus.txt", kind: .text)
    }
    #expect(error?.diagnostics.first?.location?.line == 2)
    let csv = Array("text,label\na,b\n".utf8) + [0xE9] + Array(",c\n".utf8)
    #expect(throws: DiagnosticList.self) { try Fixtures.load(csv, as: "rows.csv", kind: .labels) }
  }

  /// `{"text": "a"}` and a line feed, as Python's gzip writes it.
  private static let compressed: [UInt8] = [
    31, 139, 8, 0, 0, 0, 0, 0, 2, 255, 171, 86, 42, 73, 173, 40, 81, 178, 82, 80, 74, 84, 170, 229, 2, 0, 189,
    210, 42,
    32, 14, 0, 0, 0,
  ]

  @Test func `gzip is recognised by its bytes`() throws {
    #expect(texts(try Fixtures.load(Self.compressed, as: "rows.jsonl.gz", kind: .text)) == ["a"])
    #expect(
      texts(try Fixtures.load(Self.compressed + Self.compressed, as: "object", kind: .text)) == ["a", "a"])
  }

  @Test(arguments: ["rows.jsonl", "rows.json", "rows.csv", "rows.jsonl.gz"])
  func `a sample reads the beginning of a file and tells how many rows there are`(name: String) throws {
    let rows = (0..<20_000).map { "{\"text\": \"row \(10_000 + $0) é\"}" }
    let text =
      switch name {
      case "rows.json": "[" + rows.joined(separator: ",\n") + "]"
      case "rows.csv": "text\n" + (0..<20_000).map { "row \(10_000 + $0) é\n" }.joined()
      default: rows.joined(separator: "\n")
      }
    let bytes = name.hasSuffix(".gz") ? gzipped(Array(text.utf8)) : Array(text.utf8)
    let whole = try Fixtures.sample(bytes, as: name, kind: .text, bytes: 1 << 22)
    #expect(whole.count == 20_000 && whole.rows.count == 20_000)
    let part = try Fixtures.sample(bytes, as: name, kind: .text, bytes: 1 << 13)
    #expect((100...15_000).contains(part.rows.count), "\(part.rows.count)")
    #expect((15_000...25_000).contains(part.count), "\(part.count)")
  }

  @Test func `damaged gzip is an error and never a trap`() {
    for length in 2..<Self.compressed.count {
      #expect(throws: DiagnosticList.self) {
        try Fixtures.load(Array(Self.compressed.prefix(length)), as: "rows.jsonl.gz", kind: .text)
      }
    }
    for index in 10..<Self.compressed.count {
      var bytes = Self.compressed
      bytes[index] ^= 0xFF
      let error = #expect(throws: DiagnosticList.self) {
        try Fixtures.load(bytes, as: "rows.jsonl.gz", kind: .text)
      }
      #expect(error?.diagnostics.first?.code == .damagedGzip)
    }
  }

  @Test func `a little archive that would fill the memory is refused`() {
    let bomb = gzipped(Array(repeating: UInt8(ascii: "a"), count: 65 << 20))
    let error = #expect(throws: DiagnosticList.self) {
      try Fixtures.load(bomb, as: "rows.jsonl.gz", kind: .text)
    }
    #expect(error?.diagnostics.first?.message.contains("200 times its size") == true)
  }
}
