import Compute
import Foundation
import JSONText
import LanguageModels
import TestSupport
import Testing

/// Weights that are only read take memory while something reads them.
@Suite struct ResidencyTests {
  private let workspace = Workspace(threads: 1)
  private static let sequences: [[Int32]] = [[5, 6, 7], [8, 9, 10, 11]]

  /// A saved model of so many hidden values.
  private static func withModel(hidden: Int, _ body: (URL) throws -> Void) throws {
    let directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("resident-\(UUID().uuidString)", isDirectory: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let small = try LanguageModel.load(
      directory: Golden.committed.appendingPathComponent("models/llama"), head: .vocabulary)
    let model = try LanguageModel.make(
      configuration: [
        "model_type": "llama", "architectures": ["LlamaForCausalLM"], "hidden_act": "silu",
        "vocab_size": .integer(small.tokenizer.vocabularySize), "hidden_size": .integer(hidden),
        "intermediate_size": .integer(2 * hidden), "num_hidden_layers": 2, "num_attention_heads": 4,
        "num_key_value_heads": 4, "max_position_embeddings": 64, "rms_norm_eps": 1e-5,
        "tie_word_embeddings": true,
      ], tokenizer: small.tokenizer, seed: 4, displayName: "model")
    try model.save(to: directory)
    try body(directory)
  }

  @Test func `From one phase to the next the weights are given up, and come back bit by bit`() throws {
    try Self.withModel(hidden: 256) { directory in
      let kept = try LanguageModel.load(directory: directory, head: .scalar, seed: 5)
      let model = try LanguageModel.load(directory: directory, head: .scalar, seed: 5)
      let expected = kept.scores(Self.sequences, workspace: workspace)
      for _ in 0..<2 {
        let scores = try model.whileResident { model.scores(Self.sequences, workspace: workspace) }
        #expect(scores == expected)
        #expect(model.parameters.isDiscarded)
      }
      try model.whileResident {
        #expect(model.parameters.values.copy() == kept.parameters.values.copy())
      }
    }
  }

  @Test func `Small weights, and those of a copy, stay`() throws {
    try Self.withModel(hidden: 16) { directory in
      let model = try LanguageModel.load(directory: directory, head: .scalar)
      try model.whileResident {}
      #expect(!model.parameters.isDiscarded)
    }
    try Self.withModel(hidden: 256) { directory in
      let copy = try LanguageModel.load(directory: directory, head: .vocabulary).copy()
      try copy.whileResident {}
      #expect(!copy.parameters.isDiscarded)
    }
  }
}
