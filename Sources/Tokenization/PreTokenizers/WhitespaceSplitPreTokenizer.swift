import Diagnostics

/// Words are what stands between white space.
struct WhitespaceSplitPreTokenizer: PreTokenizer {
  static let typeName = "WhitespaceSplit"

  init(_ definition: JSONCursor) throws(Diagnostic) {}

  func split(_ words: [Word]) -> [Word] {
    words.flatMap { $0.cut(at: $0.scalars(where: \.properties.isWhitespace), .removed) }
  }
}
