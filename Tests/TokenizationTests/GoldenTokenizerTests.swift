import Foundation
import JSONText
import Testing
import Tokenization

/// The golden vectors, made by `transformers`.
@Suite struct GoldenTokenizerTests {
  private let tokenizer: Tokenizer

  init() throws {
    tokenizer = try Tokenizer.load(directory: Fixtures.golden.appendingPathComponent("models/llama"))
  }

  @Test func `every golden text has the reference's ids and decodes to the reference's text`() throws {
    let cases = try #require(
      try Fixtures.json(Fixtures.golden.appendingPathComponent("tokenizer.json")).arrayValue)
    #expect(!cases.isEmpty)
    for item in cases {
      let text = try #require(item["text"]?.stringValue)
      let ids = try #require(item["ids"]).ids
      #expect(tokenizer.encode(text) == ids, "\(text.debugDescription)")
      #expect(tokenizer.decode(ids) == item["decoded"]?.stringValue)
    }
  }

  @Test func `every golden conversation renders to the reference's ids`() throws {
    let template = try #require(tokenizer.chatTemplate)
    #expect(template.format == ChatTemplate.chatML.format)
    let file = Fixtures.golden.appendingPathComponent("chat_template.json")
    for item in try #require(try Fixtures.json(file).arrayValue) {
      let messages = try #require(item["messages"]?.arrayValue).map {
        ChatMessage(role: $0["role"]?.stringValue ?? "", content: $0["content"]?.stringValue ?? "")
      }
      let whole = try template.render(messages).map(\.text).joined()
      #expect(tokenizer.encode(whole) == item["ids"]?.ids)
      let prompt = try template.render(Array(messages.dropLast()), addGenerationPrompt: true).map(\.text)
        .joined()
      #expect(tokenizer.encode(prompt) == item["prompt_ids"]?.ids)
    }
  }

  @Test(arguments: ["llama", "qwen2", "gpt2", "gpt_neox", "llama_reward"])
  func `every golden model directory loads with its special tokens`(name: String) throws {
    let tokenizer = try Tokenizer.load(directory: Fixtures.golden.appendingPathComponent("models/\(name)"))
    #expect(tokenizer.specialTokens.eos?.text == "<|endoftext|>")
    #expect(tokenizer.specialTokens.pad?.text == "<|pad|>")
    #expect(tokenizer.fingerprint == self.tokenizer.fingerprint)
  }

  @Test func `a loaded tokenizer is written back with the same meaning`() throws {
    try withTemporaryDirectory { directory in
      try tokenizer.write(to: directory)
      let copy = try Tokenizer.load(directory: directory)
      #expect(copy.fingerprint == tokenizer.fingerprint)
      #expect(copy.specialTokens == tokenizer.specialTokens)
      #expect(copy.chatTemplate?.source == tokenizer.chatTemplate?.source)
      let original = Fixtures.golden.appendingPathComponent("models/llama/tokenizer.json")
      #expect(
        try Fixtures.json(directory.appendingPathComponent("tokenizer.json")) == Fixtures.json(original))
    }
  }
}
