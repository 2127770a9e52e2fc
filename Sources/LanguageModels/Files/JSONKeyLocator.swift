import Diagnostics

/// Finds where a key of a JSON text that was already parsed is written, so that errors can point at it.
struct JSONKeyLocator {
  private let text: [UInt8]
  private var offset = 0

  /// The place of the first key that the path leads to; nil if there is none.
  ///
  /// - Parameter path: keys of nested objects, outermost first.
  static func locate(_ path: [String], in text: [UInt8], file: String) -> SourceLocation? {
    var locator = JSONKeyLocator(text: text)
    guard let key = locator.find(path) else { return nil }
    let before = text[..<key.lowerBound]
    let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    let lineEnd = text[key.upperBound...].firstIndex(of: 0x0A) ?? text.count
    return SourceLocation(
      file: file, line: before.count { $0 == 0x0A } + 1,
      column: String(decoding: text[lineStart..<key.lowerBound], as: UTF8.self).count + 1,
      length: String(decoding: text[key], as: UTF8.self).count,
      excerpt: String(decoding: text[lineStart..<min(lineEnd, lineStart + 400)], as: UTF8.self))
  }

  private init(text: [UInt8]) { self.text = text }

  /// Walks the text and keeps the keys that lead to the current place.
  private mutating func find(_ path: [String]) -> Range<Int>? {
    // Arrays push nil: no key leads through them.
    var keys: [String?] = []
    var last: (text: String, range: Range<Int>)?
    while offset < text.count {
      switch text[offset] {
      case UInt8(ascii: "\""):
        let range = skipString()
        last = (String(decoding: text[range].dropFirst().dropLast(), as: UTF8.self), range)
        continue
      case UInt8(ascii: ":"):
        guard let key = last, !keys.isEmpty else { break }
        keys[keys.count - 1] = key.text
        if keys == path { return key.range }
      case UInt8(ascii: "{"): keys.append(.some(""))
      case UInt8(ascii: "["): keys.append(nil)
      case UInt8(ascii: "}"), UInt8(ascii: "]"): _ = keys.popLast()
      default: break
      }
      offset += 1
    }
    return nil
  }

  /// Moves past a string and returns its range, quotes included.
  private mutating func skipString() -> Range<Int> {
    let start = offset
    offset += 1
    while offset < text.count, text[offset] != UInt8(ascii: "\"") {
      offset += text[offset] == UInt8(ascii: "\\") ? 2 : 1
    }
    offset = min(offset + 1, text.count)
    return start..<offset
  }
}
