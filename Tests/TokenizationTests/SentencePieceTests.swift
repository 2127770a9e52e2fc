import JSONText
import Testing
import Tokenization

/// SentencePiece-style BPE: the whole text is one word, characters outside the vocabulary become bytes.
@Suite struct SentencePieceTests {
  @Test func `the template puts BOS first and the normalizer marks word starts`() throws {
    let tokenizer = try TinyTokenizer.sentencePiece()
    #expect(tokenizer.encode("the an").map { tokenizer.piece($0) ?? "" } == ["<s>", "▁the", "▁", "an"])
    #expect(tokenizer.encode("the", addSpecialTokens: false).count == 1)
    #expect(tokenizer.encode("") == [1])
  }

  @Test func `characters outside the vocabulary become byte tokens and come back`() throws {
    let tokenizer = try TinyTokenizer.sentencePiece()
    let ids = tokenizer.encode("😀", addSpecialTokens: false)
    #expect(ids.map { tokenizer.piece($0) ?? "" } == ["▁", "<0xF0>", "<0x9F>", "<0x98>", "<0x80>"])
    #expect(tokenizer.decode(ids) == "😀")
    #expect(tokenizer.decode(Array(ids.dropLast())) == "\u{FFFD}\u{FFFD}\u{FFFD}")
  }

  @Test func `canonically equivalent tokens keep their own ids`() throws {
    let tokenizer = try TinyTokenizer.sentencePiece()
    let composed = try #require(tokenizer.id(of: "é"))
    let decomposed = try #require(tokenizer.id(of: "e\u{301}"))
    #expect(composed != decomposed)
    #expect(tokenizer.encode("é", addSpecialTokens: false).last == composed)
    // No merge makes the decomposed token, so its parts stay apart: e, then the accent's bytes.
    #expect(tokenizer.encode("e\u{301}", addSpecialTokens: false).count == 4)
  }

  @Test func `composition joins what it should and keeps track of bytes`() throws {
    let tokenizer = try TinyTokenizer.sentencePiece(normalizer: ["type": "NFC"])
    let (ids, offsets) = tokenizer.encodeWithOffsets("ae\u{301}n", addSpecialTokens: false)
    #expect(ids.map { tokenizer.piece($0) ?? "" } == ["a", "é", "n"])
    #expect(offsets == [0..<1, 1..<4, 4..<5])
  }

  @Test func `offsets are bytes of the input, not of the normalised text`() throws {
    let tokenizer = try TinyTokenizer.sentencePiece()
    let (ids, offsets) = tokenizer.encodeWithOffsets("the the é", addSpecialTokens: true)
    #expect(ids.count == offsets.count)
    #expect(offsets == [0..<0, 0..<3, 3..<7, 7..<8, 8..<10])
  }

  @Test func `unknown characters fuse, or vanish when there is no unknown token`() throws {
    func tokenizer(_ options: JSON) throws -> Tokenizer {
      try Tokenizer(definition: ["model": options], file: "tokenizer.json")
    }
    let vocabulary: JSON = ["<unk>": 0, "a": 1]
    let fused = try tokenizer(
      ["type": "BPE", "unk_token": "<unk>", "fuse_unk": true, "vocab": vocabulary, "merges": []])
    #expect(fused.encode("xyaz") == [0, 1, 0])
    let single = try tokenizer(["type": "BPE", "unk_token": "<unk>", "vocab": vocabulary, "merges": []])
    #expect(single.encode("xyaz") == [0, 0, 1, 0])
    let none = try tokenizer(["type": "BPE", "vocab": vocabulary, "merges": []])
    let (ids, offsets) = none.encodeWithOffsets("xyaz", addSpecialTokens: true)
    #expect(ids == [1])
    #expect(offsets == [2..<3])
  }

  @Test func `a long text without words takes time in proportion to its length`() throws {
    let tokenizer = try TinyTokenizer.sentencePiece()
    let text = String(repeating: "theanthe", count: 20_000)
    let clock = ContinuousClock()
    let time = clock.measure {
      #expect(tokenizer.decode(tokenizer.encode(text, addSpecialTokens: false)) == text)
    }
    // A quadratic merge loop needs minutes here.
    #expect(time < .seconds(20))
  }

  @Test func `a word that is a token is not merged when merges are ignored`() throws {
    func tokenizer(ignoring: Bool) throws -> Tokenizer {
      let model: JSON = [
        "type": "BPE", "ignore_merges": .bool(ignoring),
        "vocab": ["a": 0, "b": 1, "c": 2, "ab": 3, "abc": 4],
        "merges": ["a b"],
      ]
      return try Tokenizer(definition: ["model": model], file: "tokenizer.json")
    }
    #expect(try tokenizer(ignoring: true).encode("abc") == [4])
    #expect(try tokenizer(ignoring: false).encode("abc") == [3, 2])
  }
}
