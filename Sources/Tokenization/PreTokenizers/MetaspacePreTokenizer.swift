import Diagnostics

/// SentencePiece's marked spaces: each becomes `▁`, and words start at one where `split` is set.
struct MetaspacePreTokenizer: PreTokenizer {
  static let typeName = "Metaspace"
  private static let space = LiteralPattern(bytes: [UInt8(ascii: " ")])
  private let replacement: LiteralPattern
  private let scheme: PrependScheme
  private let splits: Bool

  init(_ definition: JSONCursor) throws(Diagnostic) {
    replacement = LiteralPattern(bytes: Array(String(try definition.scalar("replacement")).utf8))
    scheme = try PrependScheme(of: definition)
    splits = try definition.flag("split", default: true)
  }

  func split(_ words: [Word]) -> [Word] {
    words.flatMap { word -> [Word] in
      var text = word.text.replacing(Self.space.matches(in: word.text.bytes), by: replacement.bytes)
      if !text.bytes.starts(with: replacement.bytes), scheme.applies(to: text) {
        text = text.prepending(replacement.bytes)
      }
      let marked = Word(text: text)
      return splits ? marked.cut(at: replacement.matches(in: text.bytes), .mergedWithNext) : [marked]
    }
  }
}

/// Where a text gets a mark that it does not have.
enum PrependScheme: String, CaseIterable, Sendable {
  case always, never
  /// Only the part that starts the text.
  case first

  /// Reads `prepend_scheme`, or `add_prefix_space` of files written before the former existed.
  init(of definition: JSONCursor) throws(Diagnostic) {
    let addsPrefixSpace = try definition.flag("add_prefix_space", default: true)
    guard let entry = definition.optional("prepend_scheme") else {
      self = addsPrefixSpace ? .always : .never
      return
    }
    let name = try entry.string()
    guard let scheme = Self(rawValue: name) else {
      throw entry.unsupported("\"\(name)\"", supported: Self.allCases.map(\.rawValue))
    }
    if !addsPrefixSpace, scheme != .never {
      throw entry.fail("is \"\(name)\", which contradicts add_prefix_space")
    }
    self = scheme
  }

  fileprivate func applies(to text: AlignedText) -> Bool {
    switch self {
    case .always: true
    case .never: false
    case .first: text.origin(of: text.bytes.indices).lowerBound == 0
    }
  }
}

extension JSONCursor {
  /// The member `key`, a string of one character.
  func scalar(_ key: String) throws(Diagnostic) -> Unicode.Scalar {
    let entry = try required(key)
    let scalars = try entry.string().unicodeScalars
    guard let scalar = scalars.first, scalars.count == 1 else { throw entry.fail("must be one character") }
    return scalar
  }
}
