import Foundation
import JSONText
import LanguageModels
import Testing

@Suite struct PretrainTests {
  @Test(arguments: [
    ("gpt2", "num_key_value_heads", JSON.integer(2)), ("gpt2", "rope_theta", 5000.0),
    ("gpt2", "rms_norm_eps", 1e-6), ("gpt2", "partial_rotary_factor", 0.5),
    ("gpt2", "use_parallel_residual", true), ("gpt_neox", "rms_norm_eps", 1e-6),
    ("gpt_neox", "num_key_value_heads", 2), ("llama", "layer_norm_eps", 1e-6),
    ("llama", "use_parallel_residual", false), ("qwen2", "partial_rotary_factor", 0.5),
  ])
  func `An option that an architecture lacks is an error`(type: String, key: String, value: JSON) throws {
    let shape: JSON = .object([JSON.Member("model_type", .string(type)), JSON.Member(key, value)])
    let problems = try StageBench.problems("pretrain", ["model": shape], connected: ["tokenizer", "corpus"])
    #expect(problems == ["model.\(key) has no effect with `model_type: \(type)`"])
  }

  @Test func `An unknown architecture is an error that lists the known ones`() throws {
    let problems = try StageBench.problems(
      "pretrain", ["model": ["model_type": "gpt-2"]], connected: ["tokenizer", "corpus"])
    #expect(problems == ["model.model_type is 'gpt-2'; supported: llama, qwen2, gpt2, gpt_neox"])
  }

  @Test func `Heads must divide the hidden size`() throws {
    let shape: JSON = ["model_type": "gpt2", "hidden_size": 30, "num_attention_heads": 4]
    let problems = try StageBench.problems("pretrain", ["model": shape], connected: ["tokenizer", "corpus"])
    #expect(
      problems == [
        "model.num_attention_heads is 4, which does not divide hidden_size (30) into heads"
      ])
  }
}
