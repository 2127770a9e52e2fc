import Foundation
import TestSupport
import Tokenization

/// The files beside tokenizer.json: roles of tokens, the template, ids.
struct TokenizerDirectoryTarget: FuzzTarget {
  static let name = "tokenizer-directory"

  private static let files = [
    "tokenizer_config.json", "special_tokens_map.json", "generation_config.json", "config.json",
  ]
  private let mutations: [JSONMutation]

  init(folder: URL) throws {
    let models = Golden.committed.appendingPathComponent("models")
    let roles = try Corpus.documents("tokenizer_config.json", below: models)
    mutations = try Self.files.map { name in
      let documents = try Corpus.documents(name, below: models)
      return JSONMutation(
        documents.isEmpty ? roles : documents,
        words: [
          "chat_template", "content", "template", "name", "default", "eos_token_id", "bos_token", "unk_token",
        ])
    }
    for name in Self.files {
      let directory = folder.appendingPathComponent("\(name)-case")
      try Corpus.link(models.appendingPathComponent("llama"), into: directory, without: name)
    }
  }

  func makeInput(_ random: inout SeededGenerator) -> FuzzInput {
    let index = Int.random(in: 0..<Self.files.count, using: &random)
    let name = Self.files[index]
    return FuzzInput(path: "\(name)-case/\(name)", bytes: mutations[index].make(&random))
  }

  func read(_ file: URL) throws {
    let tokenizer = try Tokenizer.load(directory: file.deletingLastPathComponent())
    _ = try tokenizer.chatTemplate?.render([ChatMessage(role: "user", content: "Hi")])
  }
}
