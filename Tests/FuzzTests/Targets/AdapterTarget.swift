import Foundation
import LanguageModels
import TestSupport

/// adapter_config.json, beside the adapter's tensors and its base.
struct AdapterTarget: FuzzTarget {
  static let name = "adapter"

  private static let adapters = [
    ("gpt2", "gpt2_all_linear"), ("llama", "llama_default"), ("qwen2", "qwen2_default"),
  ]
  private let mutation: JSONMutation

  init(folder: URL) throws {
    let source = Golden.vectors.appendingPathComponent("lora")
    mutation = JSONMutation(
      try Corpus.documents("adapter_config.json", below: source),
      words: ["all-linear", "LORA", "q_proj", "gaussian"])
    for (model, adapter) in Self.adapters {
      let directory = folder.appendingPathComponent(model)
      try Corpus.link(Golden.committed.appendingPathComponent("models/\(model)"), into: directory)
      try Corpus.link(source.appendingPathComponent(adapter), into: directory, without: "adapter_config.json")
    }
  }

  func makeInput(_ random: inout SeededGenerator) -> FuzzInput {
    let model = Self.adapters.randomElement(using: &random)?.0 ?? ""
    return FuzzInput(path: "\(model)/adapter_config.json", bytes: mutation.make(&random))
  }

  func read(_ file: URL) throws {
    try LanguageModel.inspect(directory: file.deletingLastPathComponent(), head: .vocabulary)
  }
}
