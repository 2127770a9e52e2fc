import Foundation
import LanguageModels
import TestSupport

/// config.json of every architecture, beside weights that fit the original.
struct ConfigurationTarget: FuzzTarget {
  static let name = "configuration"

  private static let models = ["gpt2", "gpt_neox", "llama", "qwen2", "llama_reward"]
  private let mutations: [JSONMutation]

  init(folder: URL) throws {
    let source = Golden.committed.appendingPathComponent("models")
    let all = try Corpus.documents("config.json", below: source)
    let variants = try Corpus.documents(
      "config.json", below: Golden.vectors.appendingPathComponent("architectures"))
    mutations = try Self.models.map { name in
      try Corpus.link(
        source.appendingPathComponent(name), into: folder.appendingPathComponent(name), without: "config.json"
      )
      let own = try Golden.json(at: source.appendingPathComponent("\(name)/config.json"))
      // The model's own more often than the others, which hardly ever fit.
      return JSONMutation(Array(repeating: own, count: 3 * (all + variants).count) + all + variants)
    }
  }

  func makeInput(_ random: inout SeededGenerator) -> FuzzInput {
    let index = Int.random(in: 0..<Self.models.count, using: &random)
    return FuzzInput(path: "\(Self.models[index])/config.json", bytes: mutations[index].make(&random))
  }

  func read(_ file: URL) throws {
    let directory = file.deletingLastPathComponent()
    let isReward = directory.lastPathComponent == "llama_reward"
    try LanguageModel.inspect(directory: directory, head: isReward ? .scalar : .vocabulary)
    _ = try LanguageModel.load(directory: directory, head: isReward ? .scalar : .vocabulary)
  }
}
