import Diagnostics
import JSONText

/// A value inside a JSON file that knows its path, so that errors can name it.
struct JSONCursor {
  let value: JSON
  /// Such as `model.merges[12]`; empty for the whole file.
  let path: String
  let file: String

  init(_ value: JSON, file: String, path: String = "") {
    self.value = value
    self.file = file
    self.path = path
  }

  /// The member `key`, if it is there and not null.
  func optional(_ key: String) -> JSONCursor? {
    guard let member = value[key], !member.isNull else { return nil }
    return JSONCursor(member, file: file, path: path.isEmpty ? key : "\(path).\(key)")
  }

  func required(_ key: String) throws(Diagnostic) -> JSONCursor {
    if let member = optional(key) { return member }
    throw fail("has no \"\(key)\"")
  }

  func string() throws(Diagnostic) -> String {
    guard let text = value.stringValue else { throw mismatch("a string") }
    return text
  }

  func bool() throws(Diagnostic) -> Bool {
    guard let flag = value.boolValue else { throw mismatch("true or false") }
    return flag
  }

  /// The member `key` as a flag; `fallback` where it is absent.
  func flag(_ key: String, default fallback: Bool) throws(Diagnostic) -> Bool {
    try optional(key)?.bool() ?? fallback
  }

  func integer(in range: ClosedRange<Int>) throws(Diagnostic) -> Int {
    guard let number = value.intValue, range.contains(number) else {
      throw mismatch("an integer from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  func items() throws(Diagnostic) -> [JSONCursor] {
    guard let items = value.arrayValue else { throw mismatch("an array") }
    return items.enumerated().map { JSONCursor($1, file: file, path: "\(path)[\($0)]") }
  }

  /// An error about this value: `file: path message`.
  func fail(
    _ message: String, code: DiagnosticCode = .invalidTokenizer, hint: String? = nil
  ) -> Diagnostic {
    let subject = path.isEmpty ? "the file" : "`\(path)`"
    return Diagnostic(code, "\(subject) \(message)", at: SourceLocation(file: file), hint: hint)
  }

  func unsupported(_ what: String, supported: [String]) -> Diagnostic {
    fail(
      "is \(what), which is not supported", code: .unsupportedTokenizer,
      hint: "supported: \(supported.joined(separator: ", "))")
  }

  private func mismatch(_ expected: String) -> Diagnostic {
    fail("must be \(expected), not \(describe(value))")
  }

  private func describe(_ value: JSON) -> String {
    switch value {
    case .integer, .number, .bool: value.compact
    default: value.typeName
    }
  }
}
