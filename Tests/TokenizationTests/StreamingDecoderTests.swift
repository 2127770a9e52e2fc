import TestSupport
import Testing
import Tokenization

@Suite struct StreamingDecoderTests {
  private func pieces(_ ids: [Int32], _ tokenizer: Tokenizer) -> [String] {
    var decoder = tokenizer.streamingDecoder()
    return ids.map { decoder.append($0) } + [decoder.finish()]
  }

  @Test func `a character is given when its last byte has come`() throws {
    let tokenizer = try TinyTokenizer.byteLevel()
    #expect(pieces(tokenizer.encode("a😀b"), tokenizer) == ["a", "", "", "", "😀", "b", ""])
  }

  @Test func `only the very first leading space is stripped`() throws {
    let tokenizer = try TinyTokenizer.sentencePiece()
    let ids = tokenizer.encode("the the  the", addSpecialTokens: false)
    #expect(pieces(ids, tokenizer) == ["the", " the", " ", " the", ""])
  }

  @Test func `a replacement character of the text itself is given at once`() throws {
    let tokenizer = try TinyTokenizer.byteLevel()
    let ids = tokenizer.encode("\u{FFFD}\u{FFFD}é")
    #expect(pieces(ids, tokenizer) == ["", "", "\u{FFFD}", "", "", "\u{FFFD}", "", "é", ""])
  }

  @Test func `finishing in the middle does not make a new start`() throws {
    let tokenizer = try TinyTokenizer.sentencePiece()
    var decoder = tokenizer.streamingDecoder()
    let ids = tokenizer.encode("the the", addSpecialTokens: false)
    let given = ids.map { decoder.append($0) + decoder.finish() }
    #expect(given == ["the", " the"])
  }

  @Test func `incomplete text is given at the end`() throws {
    let tokenizer = try TinyTokenizer.byteLevel()
    #expect(pieces(Array(tokenizer.encode("é").prefix(1)), tokenizer) == ["", "\u{FFFD}"])
  }

  @Test func `bytes that never become text do not hold the stream up for ever`() throws {
    let tokenizer = try TinyTokenizer.byteLevel()
    let stray = try #require(tokenizer.id(of: "ÿ"))
    let given = pieces([Int32](repeating: stray, count: 20), tokenizer)
    #expect(given == [String](repeating: "\u{FFFD}", count: 20) + [""])
  }

  @Test(arguments: 0..<20)
  func `the pieces joined are the whole text`(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    for tokenizer in [try TinyTokenizer.byteLevel(), try TinyTokenizer.sentencePiece()] {
      let ids = tokenizer.encode(generator.hardText())
      #expect(pieces(ids, tokenizer).joined() == tokenizer.decode(ids), "seed \(seed)")
    }
  }
}
