import Compute
import Diagnostics
import Foundation
import JSONText
import LanguageModels
import TestSupport
import Testing

@Suite struct ConfigurationTests {
  /// A key to change in a configuration that is fine, its value, and what the error says.
  struct Refusal: Sendable, CustomTestStringConvertible {
    let variant, key: String
    let value: JSON
    let message: String
    var testDescription: String { "\(variant): \(key)" }

    init(_ variant: String, _ key: String, _ value: JSON, _ message: String) {
      self.variant = variant
      self.key = key
      self.value = value
      self.message = message
    }
  }

  static let refusals = [
    Refusal("llama_llama3", "hidden_act", "gelu", "hidden_act is \"gelu\""),
    Refusal(
      "llama_llama3", "rope_scaling", ["type": "dynamic", "factor": 2.0], "rope_scaling.type is \"dynamic\""),
    Refusal(
      "llama_llama3", "rope_parameters", ["rope_type": "yarn"], "rope_parameters.rope_type is \"yarn\""),
    Refusal("llama_llama3", "rope_parameters", ["rope_type": "linear"], "rope_parameters.factor is missing"),
    Refusal(
      "llama_llama3", "rope_parameters",
      ["rope_type": "llama3", "factor": 8.0, "low_freq_factor": 4.0, "high_freq_factor": 4.0],
      "rope_parameters.high_freq_factor is 4.0, not above low_freq_factor"),
    Refusal(
      "llama_llama3", "rope_parameters", ["rope_type": "default", "partial_rotary_factor": 0.5],
      "rope_parameters.partial_rotary_factor is 0.5"),
    Refusal(
      "llama_llama3", "rope_parameters", ["full_attention": ["rope_type": "default"]],
      "rope_parameters.full_attention"),
    Refusal("llama_llama3", "head_dim", 7, "head_dim gives heads of size 7"),
    Refusal("llama_llama3", "num_key_value_heads", 3, "num_key_value_heads is 3"),
    Refusal("qwen2_untied_linear", "use_sliding_window", true, "use_sliding_window is true"),
    Refusal(
      "qwen2_untied_linear", "layer_types", ["full_attention", "sliding_attention"], "layer_types has other"),
    Refusal("gpt2_untied_inner", "activation_function", "relu", "activation_function is \"relu\""),
    Refusal("gpt2_untied_inner", "scale_attn_weights", false, "scale_attn_weights is false"),
    Refusal(
      "gpt2_untied_inner", "scale_attn_by_inverse_layer_idx", true, "scale_attn_by_inverse_layer_idx is true"),
    Refusal("gpt2_untied_inner", "add_cross_attention", true, "add_cross_attention is true"),
    Refusal("gpt2_untied_inner", "n_head", 3, "n_head is 3, which does not divide n_embd (16)"),
    Refusal("gpt_neox_version4_tied", "hidden_act", "relu", "hidden_act is \"relu\""),
    Refusal("gpt_neox_version4_tied", "rotary_pct", 1.5, "rotary_pct must be a number from 0.0 to 1.0"),
  ]

  @Test(arguments: refusals)
  func `A value that is not supported is refused by the name of its key`(refusal: Refusal) throws {
    let variant = try ArchitectureVariant(refusal.variant)
    let original = try ConfigurationReader(directory: variant.folder.url)
    _ = try ArchitectureRegistry.architecture(for: original)
    var json = original.json
    json.set(refusal.key, to: refusal.value)
    let reader = try ConfigurationReader(Array(json.pretty.utf8), displayName: "config.json")
    let found = try #require(diagnostic { _ = try ArchitectureRegistry.architecture(for: reader) })
    #expect(found.message.contains(refusal.message), "\(found.message)")
    #expect(found.location?.file == "config.json")
  }

  @Test(arguments: VariantTests.names)
  func `Rotary frequencies equal the reference's`(name: String) throws {
    let variant = try ArchitectureVariant(name)
    guard let expected = variant.expected["inverse_frequencies"]?.doubles else { return }
    let reader = try ConfigurationReader(directory: variant.folder.url)
    let shape = try ArchitectureRegistry.architecture(for: reader).shape
    let keys =
      name.hasPrefix("gpt_neox")
      ? RotaryConfiguration.Keys(base: "rotary_emb_base", share: "rotary_pct", defaultShare: 0.25)
      : RotaryConfiguration.Keys()
    let found = try RotaryConfiguration(reader, shape, keys).inverseFrequencies
    #expect(found.count == expected.count)
    for (value, wanted) in zip(found, expected) {
      #expect(relativeDifference(Double(value), wanted) < 2.4e-7)
    }
  }

  @Test(arguments: ArchitectureRegistry.architectures.map { $0.modelType })
  func `A fresh model has the shape that was asked for`(name: String) throws {
    let type = try #require(ArchitectureRegistry.architectures.first { $0.modelType == name })
    var fresh = FreshShape()
    (fresh.hiddenSize, fresh.layers, fresh.heads, fresh.maximumPositions) = (24, 3, 2, 77)
    fresh.intermediateSize = 40
    fresh.initializerRange = 0.03
    var json = type.configuration(of: fresh)
    json.set("model_type", to: .string(name))
    json.set("vocab_size", to: 100)
    json.set("tie_word_embeddings", to: false)
    json.set("initializer_range", to: 0.03)
    let reader = try ConfigurationReader(Array(json.pretty.utf8), displayName: "shape")
    let shape = try ArchitectureRegistry.architecture(for: reader).shape
    #expect(shape.vocabularySize == 100 && shape.hiddenSize == 24 && shape.intermediateSize == 40)
    #expect(shape.layers == 3 && shape.heads == 2 && shape.keyValueHeads == 2 && shape.headSize == 12)
    #expect(shape.maximumPositions == 77 && shape.initializerRange == 0.03 && !shape.tiesWordEmbeddings)
  }
}
