import Diagnostics

/// A regular expression of tokenizer.json, `{"Regex": "…"}`.
struct Pattern: Sendable {
  private let program: PatternProgram

  init(_ source: String) throws(PatternParser.Failure) {
    program = try PatternCompiler.compile(try PatternParser.parse(source))
  }

  /// - Throws: `Diagnostic` naming the place in the file and in the pattern that is not supported.
  init(_ definition: JSONCursor) throws(Diagnostic) {
    let source = try definition.string()
    do throws(PatternParser.Failure) {
      try self.init(source)
    } catch {
      throw definition.fail(
        "is a regular expression that cannot be used: \(error.message), at character \(error.offset + 1) of "
          + "\"\(source)\"", code: .unsupportedTokenizer)
    }
  }

  /// Where the pattern matches valid UTF-8 text, from left to right without overlap.
  ///
  /// As `tokenizers` does, an empty match directly after another match is passed over.
  func matches(in text: ArraySlice<UInt8>) -> [Range<Int>] {
    text.withUnsafeBufferPointer { bytes in
      var matcher = PatternMatcher(program, bytes)
      var found: [Range<Int>] = []
      var position = 0
      var lastEnd: Int?
      while position <= bytes.count, let match = matcher.firstMatch(from: position) {
        if match.isEmpty, match.upperBound == lastEnd {
          guard position < bytes.count else { break }
          position = UTF8Scanner.scalar(in: bytes, at: position).next
          continue
        }
        found.append(text.startIndex + match.lowerBound..<text.startIndex + match.upperBound)
        position = match.upperBound
        lastEnd = match.upperBound
      }
      return found
    }
  }
}
