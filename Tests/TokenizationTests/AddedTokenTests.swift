import JSONText
import Testing
import Tokenization

@Suite struct AddedTokenTests {
  private func pieces(_ text: String, _ flags: [JSON.Member]) throws -> [String] {
    let members = [JSON.Member("id", 256), JSON.Member("content", "<x>")] + flags
    let tokenizer = try TinyTokenizer.byteLevel(addedTokens: [.object(members)])
    let (ids, offsets) = tokenizer.encodeWithOffsets(text, addSpecialTokens: true)
    let bytes = Array(text.utf8)
    return zip(ids, offsets).filter { $0.0 == 256 }.map { String(decoding: bytes[$0.1], as: UTF8.self) }
  }

  @Test func `a token swallows white space only on the sides it says`() throws {
    #expect(try pieces("a \t<x> \n b", []) == ["<x>"])
    #expect(try pieces("a \t<x> \n b", [.init("lstrip", true)]) == [" \t<x>"])
    #expect(try pieces("a \t<x> \n b", [.init("rstrip", true)]) == ["<x> \n "])
    #expect(try pieces("<x>  <x>", [.init("rstrip", true), .init("lstrip", true)]) == ["<x>  ", "<x>"])
  }

  @Test func `a single word is not found inside another`() throws {
    #expect(try pieces("a<x> <x>b é<x> <x> .<x>.", [.init("single_word", true)]) == ["<x>", "<x>"])
    #expect(try pieces("_<x> \u{301}<x>", [.init("single_word", true)]) == [])
    // A mark of Unicode 17, which the reference does not know.
    #expect(try pieces("\u{1AE6}<x>", [.init("single_word", true)]) == ["<x>"])
  }

  @Test func `the longest token at a place wins`() throws {
    let tokenizer = try TinyTokenizer.byteLevel(addedTokens: [
      TinyTokenizer.special("<x", 256), TinyTokenizer.special("<x>", 257),
      TinyTokenizer.special("<x>y>", 258),
    ])
    #expect(tokenizer.encode("<x>y<x<x>y>") == [257] + tokenizer.encode("y") + [256, 258])
  }

  @Test func `special tokens can be left out of decoded text`() throws {
    let tokenizer = try TinyTokenizer.byteLevel(addedTokens: [
      TinyTokenizer.special("<x>", 256), ["id": 257, "content": "<y>", "special": false],
    ])
    let ids = tokenizer.encode("a<x>b<y>")
    #expect(tokenizer.decode(ids) == "a<x>b<y>")
    #expect(tokenizer.decode(ids, skipSpecialTokens: true) == "ab<y>")
    #expect(tokenizer.isSpecial(256) && !tokenizer.isSpecial(257))
  }

  @Test func `a normalised token is found in normalised text`() throws {
    let tokenizer = try TinyTokenizer.sentencePiece { members in
      members[0].value = [["id": 271, "content": "a n", "normalized": true]]
    }
    // Normalisation makes both "▁a▁n".
    #expect(tokenizer.encode("a n", addSpecialTokens: false) == [271])
    #expect(tokenizer.encode("h a n", addSpecialTokens: false).last == 271)
    #expect(tokenizer.vocabularySize == 272)
  }
}
