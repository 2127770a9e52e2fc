import Foundation
import JSONText
import LanguageModels
import TestSupport

/// model.safetensors.index.json, beside the shards of the original.
struct WeightIndexTarget: FuzzTarget {
  static let name = "weight-index"

  private let mutation: JSONMutation

  init(folder: URL) throws {
    let shards = ["a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"]
    for (name, file) in shards {
      try Data(SafetensorsTarget.file(named: [name])).write(to: folder.appendingPathComponent(file))
    }
    let map = shards.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .string($0.value)) }
    mutation = JSONMutation(
      [["metadata": ["total_size": 16], "weight_map": .object(map)]],
      words: ["../model.safetensors", "/etc/passwd", "model-00001-of-00002.safetensors", ".", "c"])
  }

  func makeInput(_ random: inout SeededGenerator) -> FuzzInput {
    FuzzInput(path: "model.safetensors.index.json", bytes: mutation.make(&random))
  }

  func read(_ file: URL) throws { _ = try ModelWeights(directory: file.deletingLastPathComponent()) }
}
