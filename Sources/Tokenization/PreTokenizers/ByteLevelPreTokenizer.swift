import Diagnostics

/// GPT-2's pre-tokenizer: words as bytes, cut by its pattern where `use_regex` is set.
struct ByteLevelPreTokenizer: PreTokenizer {
  static let typeName = "ByteLevel"
  private let addsPrefixSpace: Bool
  private let usesPattern: Bool

  init(_ definition: JSONCursor) throws(Diagnostic) {
    addsPrefixSpace = try definition.flag("add_prefix_space", default: true)
    usesPattern = try definition.flag("use_regex", default: true)
  }

  var spellsBytes: Bool { true }

  func split(_ words: [Word]) -> [Word] {
    var result: [Word] = []
    for word in words {
      var text = word.text
      if addsPrefixSpace, text.bytes.first != UInt8(ascii: " ") {
        text = text.prepending(CollectionOfOne(UInt8(ascii: " ")))
      }
      if usesPattern {
        GPT2Scanner.forEachWord(in: text.bytes) { result.append(Word(text: text[$0], isByteLevel: true)) }
      } else {
        result.append(Word(text: text, isByteLevel: true))
      }
    }
    return result
  }
}
