import Diagnostics

/// Byte-pair encoding: a word becomes symbols, which are joined in the order of the merges.
///
/// Follows `tokenizers` 0.22 `models/bpe/model.rs`, including what happens to characters outside the vocabulary.
struct BPEModel: Sendable {
  var vocabulary = Vocabulary()
  var merges = MergeTable()
  /// Stands for what the vocabulary cannot spell; without one, such characters vanish.
  var unknown: Int32?
  /// Whether neighbouring unknown characters become one token.
  var fusesUnknown = false
  /// Whether a character outside the vocabulary becomes tokens like `<0xE5>`.
  var fallsBackToBytes = false
  /// Whether a word that is a token is never merged.
  var ignoresMerges = false

  /// The token of each byte in byte-level words; -1 where the vocabulary has none.
  private(set) var byteSymbols = [Int32](repeating: -1, count: 256)
  /// The token `<0xNN>` of each byte; -1 where the vocabulary has none.
  private(set) var fallbackSymbols = [Int32](repeating: -1, count: 256)

  init(vocabulary: Vocabulary, merges: MergeTable) {
    self.vocabulary = vocabulary
    self.merges = merges
    fillByteTables()
  }

  /// Reads `model` of tokenizer.json.
  init(_ definition: JSONCursor) throws(Diagnostic) {
    // Files written before the key existed leave out the type of a BPE model.
    if let type = definition.optional("type"), try type.string() != "BPE" {
      throw type.unsupported("\"\(try type.string())\"", supported: ["BPE"])
    }
    if let dropout = definition.optional("dropout"), dropout.value.doubleValue != 0 {
      throw dropout.unsupported("set (random merges)", supported: ["null"])
    }
    for key in ["continuing_subword_prefix", "end_of_word_suffix"] {
      if let affix = definition.optional(key), try !affix.string().isEmpty {
        throw affix.unsupported("\"\(try affix.string())\"", supported: ["null"])
      }
    }
    vocabulary = try Vocabulary(try definition.required("vocab"))
    merges = try MergeTable(try definition.required("merges"), vocabulary: vocabulary)
    fusesUnknown = try definition.flag("fuse_unk", default: false)
    fallsBackToBytes = try definition.flag("byte_fallback", default: false)
    ignoresMerges = try definition.flag("ignore_merges", default: false)
    if let token = definition.optional("unk_token") {
      guard let id = vocabulary.id(of: try token.string()) else {
        throw token.fail("names \"\(try token.string())\", which is not in `model.vocab`")
      }
      unknown = id
    }
    fillByteTables()
  }

  private mutating func fillByteTables() {
    let digits = Array("0123456789ABCDEF")
    for byte in 0..<256 {
      byteSymbols[byte] = vocabulary.id(of: String(ByteAlphabet.scalars[byte])) ?? -1
      fallbackSymbols[byte] = vocabulary.id(of: "<0x\(digits[byte >> 4])\(digits[byte & 15])>") ?? -1
    }
  }
}
