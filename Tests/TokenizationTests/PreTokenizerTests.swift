import JSONText
import Testing
import Tokenization

@Suite struct PreTokenizerTests {
  @Test func `digits stand alone or together`() throws {
    func words(_ alone: Bool) throws -> [String] {
      try TinyTokenizer.words(
        of: "ab12½c٣", preTokenizer: ["type": "Digits", "individual_digits": .bool(alone)])
    }
    #expect(try words(true) == ["ab", "1", "2", "½", "c", "٣"])
    #expect(try words(false) == ["ab", "12½", "c", "٣"])
  }

  @Test func `words between white space lose it`() throws {
    let words = try TinyTokenizer.words(of: " a  b\u{3000}c\n", preTokenizer: ["type": "WhitespaceSplit"])
    #expect(words == ["a", "b", "c"])
  }

  @Test(arguments: [
    ("always", "▁a▁a", "▁a<s>▁a"), ("first", "▁a▁a", "▁a<s>a"), ("never", "a▁a", "a<s>a"),
  ])
  func `marks of spaces go where the scheme says`(scheme: String, plain: String, mixed: String) throws {
    let metaspace: JSON = [
      "type": "Metaspace", "replacement": "▁", "prepend_scheme": .string(scheme), "split": false,
    ]
    let tokenizer = try TinyTokenizer.sentencePiece { members in
      members[1].value = nil
      members[2].value = metaspace
      members[4].value = metaspace
    }
    func pieces(_ text: String) -> String {
      tokenizer.encode(text, addSpecialTokens: false).map { tokenizer.piece($0) ?? "" }.joined()
    }
    #expect(pieces("a a") == plain)
    #expect(pieces("a<s>a") == mixed)
    #expect(tokenizer.decode(tokenizer.encode("a a", addSpecialTokens: false)) == "a a")
  }

  @Test(arguments: [
    ("NFD", "é", "e\u{301}"), ("NFKC", "ﬁｱ²", "fiア2"), ("NFKD", "é²", "e\u{301}2"), ("Lowercase", "AÉ", "aé"),
    ("Strip", " a \n", "a"), ("NFC", "\u{1005A}\u{323}", "\u{1005A}\u{323}"), ("NFKC", "ㄱㅏ", "가"),
    ("NFC", "\u{323}\u{F73}", "\u{F71}\u{F72}\u{323}"), ("NFD", "\u{323}\u{F81}", "\u{F71}\u{F80}\u{323}"),
  ])
  func `normalizers change what they say`(name: String, text: String, expected: String) throws {
    let tokenizer = try TinyTokenizer.byteLevel(normalizer: ["type": .string(name)])
    #expect(Array(tokenizer.decode(tokenizer.encode(text)).utf8) == Array(expected.utf8))
  }
}
