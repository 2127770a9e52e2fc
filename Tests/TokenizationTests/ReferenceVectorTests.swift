import Foundation
import JSONText
import Testing
import Tokenization

/// Vectors of other projects, which stay outside the repository.
@Suite(.enabled(if: Fixtures.shared != nil)) struct ReferenceVectorTests {
  private func tokenizers() throws -> URL {
    try #require(Fixtures.shared).appendingPathComponent("data/tokenizers")
  }

  @Test func `GPT-2's test strings of llama.cpp have the listed ids`() throws {
    let folder = try tokenizers()
    let tokenizer = try Tokenizer.load(tokenizerFile: folder.appendingPathComponent("gpt2/tokenizer.json"))
    let input = try String(
      contentsOf: folder.appendingPathComponent("ggml-vocab-gpt-2.gguf.inp"), encoding: .utf8)
    let output = try String(
      contentsOf: folder.appendingPathComponent("ggml-vocab-gpt-2.gguf.out"), encoding: .utf8)
    let texts = input.components(separatedBy: "\n__ggml_vocab_test__\n")
    let lines = output.split(separator: "\n", omittingEmptySubsequences: false).prefix(texts.count)
    #expect(texts.count > 40 && lines.count == texts.count)
    for (text, line) in zip(texts, lines) {
      let ids = line.split(separator: " ").compactMap { Int32($0) }
      #expect(tokenizer.encode(text) == ids, "\(text.debugDescription)")
      #expect(tokenizer.decode(ids) == text)
    }
  }

  @Test func `training finds the reference's merges`() throws {
    let folder = try tokenizers().appendingPathComponent("bpe-training")
    let tokenizer = try Tokenizer.train(
      corpora: [folder.appendingPathComponent("corpus.en")],
      options: BPETrainingOptions(
        vocabularySize: 500, specialTokens: ["<|endoftext|>"], padToken: nil, chatTemplate: nil))
    let expected = try String(
      contentsOf: folder.appendingPathComponent("train-bpe-reference-merges.txt"), encoding: .utf8
    ).split(separator: "\n").map(String.init)
    #expect(expected.count == 243)
    #expect(try tokenizer.writtenMerges() == expected)
    let vocabulary = try Fixtures.json(folder.appendingPathComponent("train-bpe-reference-vocab.json"))
    for member in try #require(vocabulary.members) {
      #expect(tokenizer.id(of: member.key).map(Int.init) == member.value.intValue, "\(member.key)")
    }
  }

  @Test(arguments: ["data/tokenizers/gpt2", "data/tokenizers/gpt-neox", "models/stories260k"])
  func `text survives encoding and decoding`(path: String) throws {
    let file = try #require(Fixtures.shared).appendingPathComponent(path).appendingPathComponent(
      "tokenizer.json")
    let tokenizer = try Tokenizer.load(tokenizerFile: file)
    for text in ["Hello, world! It's 3 o'clock.", "naïve café 😀 日本語", "  two  spaces\n\n\ttab"] {
      #expect(tokenizer.decode(tokenizer.encode(text), skipSpecialTokens: true) == text)
    }
  }
}
