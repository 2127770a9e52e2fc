import Diagnostics
import Foundation
import TestSupport
import Tokenization

/// tokenizer.json of every family.
struct TokenizerTarget: FuzzTarget {
  static let name = "tokenizer"

  private let mutation: JSONMutation

  init(folder: URL) throws {
    mutation = JSONMutation(
      try Corpus.documents("tokenizer.json", below: Golden.vectors.appendingPathComponent("tokenizers")),
      words: [
        "BPE", "ByteLevel", "Metaspace", "Split", "Digits", "Sequence", "Replace", "Prepend", "NFC", "NFKD",
        "Strip",
        "Lowercase", "TemplateProcessing", "ByteFallback", "Fuse", "Isolated", "MergedWithPrevious",
        "WhitespaceSplit",
        "String", "Regex", "content", "prepend_scheme", "special_tokens", "byte_fallback", "<0x0A>", "Ġ", "▁",
      ])
  }

  func makeInput(_ random: inout SeededGenerator) -> FuzzInput {
    FuzzInput(path: "tokenizer.json", bytes: mutation.make(&random))
  }

  func read(_ file: URL) throws { try Self.use(try Tokenizer.load(tokenizerFile: file)) }

  /// Text that every family cuts and normalizes in some way.
  private static let text =
    "Hello,  world!\n\t123456 don't Ünï e\u{301} 日本語 👨‍👩‍👧 \u{FEFF}<s></s><|endoftext|> \u{0} ａｂ … "

  static func use(_ tokenizer: Tokenizer) throws {
    let ids = tokenizer.encode(text, addSpecialTokens: true)
    _ = tokenizer.decode(ids)
    _ = tokenizer.decode([0, -1, .max, .min])
    _ = tokenizer.encode(String(repeating: "ab ", count: 200))
  }
}
