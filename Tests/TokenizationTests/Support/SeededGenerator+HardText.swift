import TestSupport

extension SeededGenerator {
  /// Text of fragments that are hard on tokenizers: combining marks, emoji sequences, white space of all kinds.
  mutating func hardText() -> String {
    let fragments = [
      "the", "word", " ", "  ", "\n", "\t", "\r\n", "\u{3000}", "\u{A0}", "\u{200B}", "\u{2028}", "\u{0}",
      "'s", "'re",
      "'", "123", "½", "é", "e\u{301}", "\u{301}", "a\u{323}\u{307}", "日本", "한국어", "ไทย", "हिन्दी", "😀", "👨‍👩‍👧", "🇩🇪",
      "\u{FEFF}", "\u{FFFD}", "<|endoftext|>", "<|im_start|>", "<s>", "<0x41>", "▁", "Ġ", "!?", "\u{10FFFF}",
    ]
    return (0..<Int.random(in: 0...14, using: &self)).map { _ in fragments.randomElement(using: &self) ?? "" }
      .joined()
  }
}
