import Diagnostics

/// Byte-pair encoding: a word becomes symbols, which are joined in the order of the merges.
///
/// Follows `tokenizers` 0.23 `models/bpe/model.rs`, including what happens to characters outside the vocabulary.
struct BPEModel: Sendable {
  let vocabulary: Vocabulary
  let merges: MergeTable
  /// Stands for what the vocabulary cannot spell; without one, such characters vanish.
  let unknown: Int32?
  /// Whether neighbouring unknown characters become one token.
  let fusesUnknown: Bool
  /// Whether a character outside the vocabulary becomes tokens like `<0xE5>`.
  let fallsBackToBytes: Bool
  /// Whether a word that is a token is never merged.
  let ignoresMerges: Bool

  /// The token of each byte in byte-level words; -1 where the vocabulary has none.
  let byteSymbols: [Int32]
  /// The token `<0xNN>` of each byte; -1 where the vocabulary has none.
  let fallbackSymbols: [Int32]

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
    let vocabulary = vocabulary
    byteSymbols = ByteAlphabet.scalars.map { vocabulary.id(of: String($0)) ?? -1 }
    let digits = Array("0123456789ABCDEF")
    fallbackSymbols = (0..<256).map { vocabulary.id(of: "<0x\(digits[$0 >> 4])\(digits[$0 & 15])>") ?? -1 }
    unknown = try Self.unknown(definition, vocabulary, isNeeded: byteSymbols.contains(-1))
  }

  /// The id of `unk_token`. A byte-level vocabulary that spells every byte never needs one, so it need not exist there.
  private static func unknown(
    _ definition: JSONCursor, _ vocabulary: Vocabulary, isNeeded: Bool
  ) throws(Diagnostic) -> Int32? {
    guard let token = definition.optional("unk_token") else { return nil }
    let id = vocabulary.id(of: try token.string())
    if id == nil, isNeeded {
      throw token.fail("names \"\(try token.string())\", which is not in `model.vocab`")
    }
    return id
  }
}
