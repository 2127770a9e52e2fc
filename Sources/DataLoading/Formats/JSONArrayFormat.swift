/// One JSON array whose items are the rows, over as many lines as it likes.
enum JSONArrayFormat: RecordFormat {
  static let fileExtensions = ["json", "jsonl", "ndjson"]

  static func matches(_ source: DataSource, kind: DataKind) -> Bool {
    source.firstByte == UInt8(ascii: "[")
      && (kind != .text || fileExtensions.contains(source.fileExtension))
  }

  static func forEachRow(of source: DataSource, _ body: (RawRow) -> Void) {
    var scanner = ItemScanner(bytes: source.bytes, start: source.start)
    while let item = scanner.next() {
      body(JSONRow.parse(item.bytes, line: item.line, column: item.column, isUTF8: source.isUTF8))
    }
    if let problem = scanner.problem { body(problem) }
  }
}

/// Cuts an array into its items without parsing them, so that one bad item does not hide the others.
private struct ItemScanner {
  struct Item {
    var bytes: ArraySlice<UInt8>
    var line: Int
    var column: Int
  }

  private let bytes: [UInt8]
  private var index: Int
  private var line = 1
  /// Counted on in scalars, so that a file of one line is read in linear time.
  private var column = 1
  private var isFirst = true
  private var isDone = false
  private(set) var problem: RawRow?

  init(bytes: [UInt8], start: Int) {
    self.bytes = bytes
    index = start
    skipWhitespace()
    if index < bytes.count { advance() }
  }

  mutating func next() -> Item? {
    if isDone { return nil }
    skipWhitespace()
    guard index < bytes.count else { return stop("the array is not closed") }
    if bytes[index] == UInt8(ascii: "]"), isFirst { return end() }
    let item = Item(bytes: bytes[index..<index], line: line, column: column)
    let start = index
    skipItem()
    var last = index
    while last > start, bytes[last - 1].isJSONWhitespace { last -= 1 }
    guard index < bytes.count else {
      isDone = true
      problem = failure("the array is not closed")
      return last > start ? Item(bytes: bytes[start..<last], line: item.line, column: item.column) : nil
    }
    isFirst = false
    if bytes[index] == UInt8(ascii: "]") { _ = end() } else { advance() }
    return Item(bytes: bytes[start..<last], line: item.line, column: item.column)
  }

  private mutating func end() -> Item? {
    advance()
    skipWhitespace()
    isDone = true
    if index < bytes.count { problem = failure("unexpected text after the array") }
    return nil
  }

  private mutating func stop(_ message: String) -> Item? {
    isDone = true
    problem = failure(message)
    return nil
  }

  private func failure(_ message: String) -> RawRow {
    RawRow(value: .failure(RowProblem(.invalidJSON, "invalid JSON: \(message)")), line: line, column: column)
  }

  private mutating func skipWhitespace() {
    while index < bytes.count, bytes[index].isJSONWhitespace { advance() }
  }

  /// Moves to the comma or bracket that ends the item at `index`.
  private mutating func skipItem() {
    var depth = 0
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "\""):
        let end = JSONKeyLocator.endOfString(in: bytes[...], from: index)
        while index < end { advance() }
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"): depth -= 1
      case UInt8(ascii: "]"):
        if depth <= 0 { return }
        depth -= 1
      case UInt8(ascii: ",") where depth <= 0: return
      default: break
      }
      advance()
    }
  }

  private mutating func advance() {
    if bytes[index] == 0x0A {
      line += 1
      column = 1
    } else if bytes[index] & 0xC0 != 0x80 {
      column += 1
    }
    index += 1
  }
}
