import Diagnostics

/// Cuts words where a text or a regular expression is found.
struct SplitPreTokenizer: PreTokenizer {
  static let typeName = "Split"
  private let pattern: TextPattern
  private let behavior: SplitBehavior
  private let isInverted: Bool

  init(_ definition: JSONCursor) throws(Diagnostic) {
    pattern = try TextPattern(try definition.required("pattern"))
    behavior = try SplitBehavior(try definition.required("behavior"))
    isInverted = try definition.flag("invert", default: false)
  }

  func split(_ words: [Word]) -> [Word] {
    words.flatMap { $0.cut(at: pattern.matches(in: $0.text.bytes), behavior, isInverted: isInverted) }
  }
}

extension Word {
  /// The parts of the word that are not empty.
  func cut(at delimiters: [Range<Int>], _ behavior: SplitBehavior, isInverted: Bool = false) -> [Word] {
    if delimiters.isEmpty, !isInverted { return [self] }
    return behavior.parts(of: text.bytes.indices, at: delimiters, isInverted: isInverted)
      .filter { !$0.isEmpty }.map { Word(text: text[$0], isByteLevel: isByteLevel) }
  }

  /// Every scalar of the word that is a delimiter, as a range of bytes.
  func scalars(where isDelimiter: (Unicode.Scalar) -> Bool) -> [Range<Int>] {
    text.bytes.withUnsafeBufferPointer { bytes in
      var found: [Range<Int>] = []
      var index = 0
      while index < bytes.count {
        let (scalar, next) = UTF8Scanner.scalar(in: bytes, at: index)
        if isDelimiter(scalar) { found.append(text.bytes.startIndex + index..<text.bytes.startIndex + next) }
        index = next
      }
      return found
    }
  }
}
