/// GPT-2's word pattern as a scanner over scalars.
///
/// The pattern is `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
/// (openai/gpt-2 `encoder.py`). Every scalar belongs to exactly one word.
enum GPT2Scanner {
  /// Calls `body` with the index range of each word of valid UTF-8 text.
  static func forEachWord(in text: ArraySlice<UInt8>, _ body: (Range<Int>) -> Void) {
    text.withUnsafeBufferPointer { bytes in
      var start = 0
      while start < bytes.count {
        let end = endOfWord(in: bytes, from: start)
        body(text.startIndex + start..<text.startIndex + end)
        start = end
      }
    }
  }

  private static func endOfWord(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    if bytes[start] == UInt8(ascii: "'"), let end = endOfContraction(in: bytes, from: start) { return end }
    var (scalar, next) = UTF8Scanner.scalar(in: bytes, at: start)
    var kind = scalar.wordClass
    if scalar == " ", next < bytes.count {
      let (following, afterFollowing) = UTF8Scanner.scalar(in: bytes, at: next)
      if following.wordClass != .space { (kind, next) = (following.wordClass, afterFollowing) }
    }
    var last = start
    while next < bytes.count {
      let (scalar, after) = UTF8Scanner.scalar(in: bytes, at: next)
      if scalar.wordClass != kind {
        // `\s+(?!\S)`: the last space of a run goes with the word that follows.
        return kind == .space && last > start ? last : next
      }
      (last, next) = (next, after)
    }
    return next
  }

  private static func endOfContraction(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    guard start + 1 < bytes.count else { return nil }
    switch bytes[start + 1] {
    case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return start + 2
    case UInt8(ascii: "r"), UInt8(ascii: "v"):
      return start + 2 < bytes.count && bytes[start + 2] == UInt8(ascii: "e") ? start + 3 : nil
    case UInt8(ascii: "l"):
      return start + 2 < bytes.count && bytes[start + 2] == UInt8(ascii: "l") ? start + 3 : nil
    default: return nil
    }
  }
}
