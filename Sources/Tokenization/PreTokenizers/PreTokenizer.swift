import Diagnostics

/// A part of a text that the model sees as one word.
struct Word {
  var text: AlignedText
  /// Whether the vocabulary spells the word's bytes in `ByteAlphabet`.
  var isByteLevel = false
}

/// Cuts text into the words that merges never cross.
protocol PreTokenizer: Sendable {
  /// The value of `type` in tokenizer.json.
  static var typeName: String { get }
  init(_ definition: JSONCursor) throws(Diagnostic)
  func split(_ words: [Word]) -> [Word]
  /// Whether what it makes is spelled in `ByteAlphabet`, which no other pre-tokenizer can cut any more.
  var spellsBytes: Bool { get }
}

extension PreTokenizer {
  var spellsBytes: Bool { false }
}

/// The pre-tokenizers that tokenizer.json may name; a new one is a file and a line here.
enum PreTokenizers {
  static let all: [any PreTokenizer.Type] = [
    SequencePreTokenizer.self, ByteLevelPreTokenizer.self, SplitPreTokenizer.self, DigitsPreTokenizer.self,
    MetaspacePreTokenizer.self, WhitespaceSplitPreTokenizer.self,
  ]

  static func make(_ definition: JSONCursor) throws(Diagnostic) -> any PreTokenizer {
    let name = try definition.required("type").string()
    guard let type = all.first(where: { $0.typeName == name }) else {
      throw definition.unsupported("the pre-tokenizer \"\(name)\"", supported: all.map { $0.typeName })
    }
    return try type.init(definition)
  }
}

/// Several pre-tokenizers, each cutting what the one before it made.
struct SequencePreTokenizer: PreTokenizer {
  static let typeName = "Sequence"
  private let steps: [any PreTokenizer]

  init(_ definition: JSONCursor) throws(Diagnostic) {
    var steps: [any PreTokenizer] = []
    for item in try definition.required("pretokenizers").items() {
      if steps.contains(where: \.spellsBytes) {
        throw item.fail("comes after a pre-tokenizer that makes bytes of words", code: .unsupportedTokenizer)
      }
      steps.append(try PreTokenizers.make(item))
    }
    self.steps = steps
  }

  var spellsBytes: Bool { steps.contains(where: \.spellsBytes) }

  func split(_ words: [Word]) -> [Word] { steps.reduce(words) { $1.split($0) } }
}
