import Foundation
import JSONText
import Testing
import Tokenization

/// What files beside tokenizer.json say.
@Suite struct DirectoryTests {
  private func load(_ files: [String: String]) throws -> Tokenizer {
    try withTemporaryDirectory { directory in
      var tokenizer = try Tokenizer.train(texts: ["abc"], options: BPETrainingOptions(vocabularySize: 300))
      tokenizer.chatTemplate = nil
      try tokenizer.write(to: directory)
      for name in ["tokenizer_config.json", "special_tokens_map.json"] {
        try FileManager.default.removeItem(at: directory.appendingPathComponent(name))
      }
      for (name, text) in files { try Data(text.utf8).write(to: directory.appendingPathComponent(name)) }
      return try Tokenizer.load(directory: directory)
    }
  }

  @Test func `special tokens may be strings or objects`() throws {
    let tokenizer = try load([
      "tokenizer_config.json": "{\"eos_token\": {\"content\": \"<|im_end|>\"}, \"bos_token\": null}",
      "special_tokens_map.json": "{\"pad_token\": \"<|pad|>\", \"eos_token\": \"<|endoftext|>\"}",
    ])
    #expect(tokenizer.specialTokens.eos == .init(id: 3, text: "<|im_end|>"))
    #expect(tokenizer.specialTokens.pad == .init(id: 1, text: "<|pad|>"))
    #expect(tokenizer.specialTokens.bos == nil)
  }

  @Test func `ids come from generation_config.json, then config.json`() throws {
    let tokenizer = try load([
      "generation_config.json": "{\"eos_token_id\": [3, 0]}",
      "config.json": "{\"eos_token_id\": 0, \"bos_token_id\": 2}",
    ])
    #expect(tokenizer.specialTokens.eos?.id == 3)
    #expect(tokenizer.specialTokens.bos?.id == 2)
    #expect(try load(["config.json": "{\"eos_token_id\": 123456}"]).specialTokens.eos == nil)
    let silent = try load([
      "tokenizer_config.json": "{\"bos_token\": null, \"eos_token\": null}",
      "config.json": "{\"eos_token_id\": 0, \"bos_token_id\": 2}",
    ])
    #expect(silent.specialTokens.eos?.id == 0)
    #expect(silent.specialTokens.bos == nil)
  }

  @Test func `chat_template.jinja wins over tokenizer_config.json`() throws {
    let configuration =
      "{\"chat_template\": [{\"name\": \"rag\", \"template\": \"x\"}, {\"name\": \"default\", \"template\": \"y\"}]}"
    #expect(try load(["tokenizer_config.json": configuration]).chatTemplate?.source == "y")
    let files = ["tokenizer_config.json": configuration, "chat_template.jinja": ChatTemplate.chatML.source]
    #expect(try load(files).chatTemplate?.format == ChatTemplate.chatML.format)
    #expect(try load([:]).chatTemplate == nil)
  }

  @Test func `a fingerprint sees what decides ids and nothing else`() throws {
    let tokenizer = try TinyTokenizer.sentencePiece()
    let merges = try TinyTokenizer.sentencePiece { members in
      members[5].value = members[5].value.replacing("merges", by: [["▁", "t"], ["h", "e"], "▁t he", "a n"])
    }
    #expect(merges.fingerprint == tokenizer.fingerprint)
    let order = try TinyTokenizer.sentencePiece { members in
      members[5].value = members[5].value.replacing("merges", by: ["h e", "▁ t", "▁t he", "a n"])
    }
    #expect(order.fingerprint != tokenizer.fingerprint)
    let frame = try TinyTokenizer.sentencePiece { $0[3].value = nil }
    #expect(frame.fingerprint != tokenizer.fingerprint)
  }

  @Test func `directories with the same tokenizer.json keep what is beside it apart`() throws {
    let plain = try load([:])
    let ended = try load(["tokenizer_config.json": "{\"eos_token\": \"a\"}"])
    #expect(plain.specialTokens.eos == nil && ended.specialTokens.eos?.text == "a")
    #expect(try load([:]).specialTokens.eos == nil)
  }

  @Test func `a tokenizer.json that changed under its path is read again`() throws {
    try withTemporaryDirectory { directory in
      let options = BPETrainingOptions(vocabularySize: 261)
      for text in ["abab", "cdcd", "abab"] {
        try Tokenizer.train(texts: [text], options: options).write(to: directory)
        let tokenizer = try Tokenizer.load(directory: directory)
        #expect(tokenizer.encode(text).count < text.count && tokenizer.encode("efef").count == 4)
      }
    }
  }
}

extension JSON {
  fileprivate func replacing(_ key: String, by value: JSON) -> JSON {
    .object((members ?? []).map { $0.key == key ? Member(key, value) : $0 })
  }
}
