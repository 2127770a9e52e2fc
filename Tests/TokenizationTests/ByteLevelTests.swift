import JSONText
import TestSupport
import Testing
import Tokenization

@Suite struct ByteLevelTests {
  /// The words of a text, seen through a tokenizer that merges every pair of bytes of its texts.
  private func words(_ text: String) throws -> [String] {
    let tokenizer = try Tokenizer.train(
      texts: [text],
      options: BPETrainingOptions(
        vocabularySize: 2000, minimumFrequency: 1, specialTokens: [], eosToken: nil, padToken: nil))
    return tokenizer.encode(text).map { tokenizer.decode([$0]) }
  }

  @Test(arguments: [
    ("Hello world", ["Hello", " world"]),
    ("it's they'll I'M o'clock", ["it", "'s", " they", "'ll", " I", "'", "M", " o", "'", "clock"]),
    ("a  b   c ", ["a", " ", " b", "  ", " c", " "]),
    ("x\n\n y", ["x", "\n\n", " y"]),
    ("x\n\ny", ["x", "\n", "\n", "y"]),
    ("a1½ Ⅷ!?", ["a", "1½", " Ⅷ", "!?"]),
    ("日本\u{3000}語", ["日本", "\u{3000}", "語"]),
    ("e\u{301}a", ["e", "\u{301}", "a"]),
    ("tab\tx", ["tab", "\t", "x"]),
    ("'", ["'"]), ("'r", ["'", "r"]), ("'v", ["'", "v"]), ("'l", ["'", "l"]), (" '", [" '"]),
  ])
  func `words are cut as GPT-2's pattern cuts them`(text: String, expected: [String]) throws {
    #expect(try words(text) == expected)
  }

  @Test(arguments: 0..<40)
  func `any text survives, and offsets cover it`(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let tokenizer = try TinyTokenizer.byteLevel(addedTokens: [TinyTokenizer.special("<|endoftext|>", 256)])
    for _ in 0..<20 {
      let text = generator.hardText()
      let (ids, offsets) = tokenizer.encodeWithOffsets(text, addSpecialTokens: true)
      #expect(tokenizer.encode(text) == ids, "seed \(seed)")
      #expect(Array(tokenizer.decode(ids).utf8) == Array(text.utf8), "seed \(seed)")
      var end = 0
      for range in offsets {
        #expect(range.lowerBound == end, "seed \(seed)")
        end = range.upperBound
      }
      #expect(end == text.utf8.count, "seed \(seed)")
    }
  }

  @Test func `a prefix space is added once, and stands for nothing of the input`() throws {
    let tokenizer = try TinyTokenizer.byteLevel(addPrefixSpace: true)
    let (ids, offsets) = tokenizer.encodeWithOffsets("ab", addSpecialTokens: true)
    #expect(tokenizer.decode(ids) == " ab")
    #expect(offsets == [0..<0, 0..<1, 1..<2])
    #expect(tokenizer.decode(tokenizer.encode(" ab")) == " ab")
  }

  @Test func `bytes that are no text become replacement characters, and strange ids are passed over`() throws
  {
    let tokenizer = try TinyTokenizer.byteLevel()
    let ids = tokenizer.encode("é")
    #expect(tokenizer.decode([ids[0]]) == "\u{FFFD}")
    #expect(tokenizer.decode([-1, 9999, .max, .min]) == "")
    #expect(tokenizer.piece(-1) == nil && tokenizer.piece(.max) == nil)
  }
}
