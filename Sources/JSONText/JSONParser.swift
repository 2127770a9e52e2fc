import Diagnostics

extension JSON {
  /// Parses one JSON text (RFC 8259, UTF-8).
  ///
  /// - Parameters:
  ///   - file: named in errors.
  ///   - firstLine: the line that `bytes` starts at, for a row of a JSON Lines file.
  /// - Throws: `Diagnostic` with line and column of the first offence.
  public static func parse(_ bytes: [UInt8], file: String, firstLine: Int = 1) throws(Diagnostic) -> JSON {
    let result: Result<JSON, Diagnostic> = bytes.withUnsafeBufferPointer { buffer in
      var parser = JSONParser(bytes: buffer)
      do throws(JSONParser.Failure) {
        return .success(try parser.parseText())
      } catch {
        return .failure(parser.diagnostic(for: error, file: file, firstLine: firstLine))
      }
    }
    return try result.get()
  }

  public static func parse(_ text: String, file: String = "<text>") throws(Diagnostic) -> JSON {
    try parse(Array(text.utf8), file: file)
  }
}

/// A recursive-descent parser over bytes that are only borrowed for the duration of the parse.
struct JSONParser {
  struct Failure: Error {
    var offset: Int
    var message: String
  }

  /// Nesting beyond this is refused rather than risk the stack.
  static let maximumDepth = 256

  let bytes: UnsafeBufferPointer<UInt8>
  var offset = 0
  var depth = 0

  init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  mutating func parseText() throws(Failure) -> JSON {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
    let value = try parseValue()
    skipWhitespace()
    if offset < bytes.count { throw fail("unexpected text after the JSON value") }
    return value
  }

  private mutating func parseValue() throws(Failure) -> JSON {
    skipWhitespace()
    guard let byte = peek() else { throw fail("the text ends where a JSON value was expected") }
    switch byte {
    case UInt8(ascii: "{"): return try parseObject()
    case UInt8(ascii: "["): return try parseArray()
    case UInt8(ascii: "\""): return .string(try parseString())
    case UInt8(ascii: "t"): return try parseWord("true", .bool(true))
    case UInt8(ascii: "f"): return try parseWord("false", .bool(false))
    case UInt8(ascii: "n"): return try parseWord("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try parseNumber()
    default: throw fail("expected a JSON value, found \(describe(byte))")
    }
  }

  private mutating func parseObject() throws(Failure) -> JSON {
    try enter()
    defer { depth -= 1 }
    offset += 1
    var members: [JSON.Member] = []
    skipWhitespace()
    if take("}") { return .object([]) }
    while true {
      skipWhitespace()
      guard peek() == UInt8(ascii: "\"") else { throw fail("expected a key in double quotes") }
      let key = try parseString()
      skipWhitespace()
      guard take(":") else { throw fail("expected ':' after the key \"\(key)\"") }
      members.append(JSON.Member(key, try parseValue()))
      skipWhitespace()
      if take("}") { return .object(members) }
      guard take(",") else { throw fail("expected ',' or '}' in an object") }
    }
  }

  private mutating func parseArray() throws(Failure) -> JSON {
    try enter()
    defer { depth -= 1 }
    offset += 1
    var items: [JSON] = []
    skipWhitespace()
    if take("]") { return .array([]) }
    while true {
      items.append(try parseValue())
      skipWhitespace()
      if take("]") { return .array(items) }
      guard take(",") else { throw fail("expected ',' or ']' in an array") }
    }
  }

  private mutating func parseNumber() throws(Failure) -> JSON {
    let start = offset
    _ = take("-")
    let integerStart = offset
    skipDigits()
    if offset == integerStart { throw fail("expected a digit") }
    if offset - integerStart > 1, bytes[integerStart] == UInt8(ascii: "0") {
      offset = integerStart
      throw fail("a number must not start with 0")
    }
    var isInteger = true
    if take(".") {
      isInteger = false
      let fraction = offset
      skipDigits()
      if offset == fraction { throw fail("expected a digit after '.'") }
    }
    if take("e") || take("E") {
      isInteger = false
      if !take("+") { _ = take("-") }
      let exponent = offset
      skipDigits()
      if offset == exponent { throw fail("expected a digit in the exponent") }
    }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    if isInteger, let value = Int(text) { return .integer(value) }
    guard let value = Double(text), value.isFinite else {
      offset = start
      throw fail("the number \(text) is out of range")
    }
    return .number(value)
  }

  private mutating func parseWord(_ word: StaticString, _ value: JSON) throws(Failure) -> JSON {
    let text = word.description.utf8
    guard offset + text.count <= bytes.count, bytes[offset..<offset + text.count].elementsEqual(text) else {
      throw fail("expected a JSON value")
    }
    offset += text.count
    return value
  }

  private mutating func enter() throws(Failure) {
    depth += 1
    if depth > Self.maximumDepth { throw fail("nested deeper than \(Self.maximumDepth) levels") }
  }

  // MARK: Scanning

  func peek() -> UInt8? { offset < bytes.count ? bytes[offset] : nil }

  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard offset < bytes.count, bytes[offset] == UInt8(ascii: character) else { return false }
    offset += 1
    return true
  }

  private mutating func skipWhitespace() {
    while offset < bytes.count {
      switch bytes[offset] {
      case 0x20, 0x09, 0x0A, 0x0D: offset += 1
      default: return
      }
    }
  }

  private mutating func skipDigits() {
    while offset < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[offset]) {
      offset += 1
    }
  }

  func fail(_ message: String) -> Failure { Failure(offset: offset, message: message) }

  private func describe(_ byte: UInt8) -> String {
    byte >= 0x20 && byte < 0x7F ? "'\(Character(Unicode.Scalar(byte)))'" : "byte 0x\(String(byte, radix: 16))"
  }

  func diagnostic(for failure: Failure, file: String, firstLine: Int) -> Diagnostic {
    let end = min(failure.offset, bytes.count)
    let before = bytes[..<end]
    let line = before.reduce(0) { $1 == 0x0A ? $0 + 1 : $0 }
    let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    let lineEnd = bytes[lineStart...].firstIndex(of: 0x0A) ?? bytes.count
    let column = String(decoding: bytes[lineStart..<end], as: UTF8.self).count + 1
    let excerpt = String(decoding: bytes[lineStart..<min(lineEnd, lineStart + 400)], as: UTF8.self)
    return Diagnostic(
      .invalidJSON, "invalid JSON: \(failure.message)",
      at: SourceLocation(file: file, line: firstLine + line, column: column, excerpt: excerpt))
  }
}
