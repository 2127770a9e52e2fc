import Compute
import Diagnostics
import Foundation
import JSONText
import LanguageModels
import TestSupport
import Testing

@Suite struct AdapterDirectoryTests {
  private let folder: TemporaryFolder
  private let golden: AdapterCase

  init() throws {
    golden = try AdapterCase("llama_default")
    folder = try TemporaryFolder()
    for name in ["adapter_config.json", "adapter_model.safetensors"] {
      try folder.write(TemporaryFolder.bytes(at: golden.adapterURL.appendingPathComponent(name)), to: name)
    }
  }

  private func load(head: LanguageModel.Head = .vocabulary, base: URL? = nil) throws -> LanguageModel {
    try LanguageModel.load(
      directory: base ?? golden.baseURL, head: head, displayName: "base",
      adapter: AdapterDirectory(folder.url, displayName: "adapter"))
  }

  /// Changes a key of the adapter's configuration.
  private func set(_ key: String, _ value: String) throws {
    let text = String(decoding: try folder.bytes(of: "adapter_config.json"), as: UTF8.self)
    try folder.write(
      text.replacing(try Regex("\"\(key)\": [^\\n]*\\n"), with: "\"\(key)\": \(value),\n"),
      to: "adapter_config.json")
  }

  @Test(arguments: [
    ("use_dora", "true", "use_dora is true"), ("bias", "\"all\"", "bias is \"all\""),
    ("peft_type", "\"IA3\"", "peft_type is \"IA3\""),
    ("init_lora_weights", "\"pissa\"", "init_lora_weights is \"pissa\""),
    ("rank_pattern", "{\"q_proj\": 2}", "rank_pattern is"),
    ("modules_to_save", "[\"lm_head\"]", "modules_to_save names \"lm_head\""),
  ])
  func `An adapter of another kind is refused by its key`(key: String, value: String, said: String) throws {
    try set(key, value)
    let problem = try #require(diagnostic { _ = try load() })
    #expect(problem.message.contains(said), "\(problem.message)")
    #expect(problem.location?.file == "adapter/adapter_config.json")
  }

  @Test func `An adapter of another rank than its matrices have is refused`() throws {
    try set("r", "5")
    let problem = try #require(diagnostic { _ = try load() })
    #expect(problem.code == .tensorShape)
    #expect(problem.message.contains("the model needs [5, 32]"))
  }

  @Test func `An adapter for modules that the model does not have is refused`() throws {
    let other = try AdapterCase("gpt2_default")
    for name in ["adapter_config.json", "adapter_model.safetensors"] {
      try folder.write(TemporaryFolder.bytes(at: other.adapterURL.appendingPathComponent(name)), to: name)
    }
    let problem = try #require(diagnostic { _ = try load() })
    #expect(problem.code == .unknownModule)
    #expect(problem.message.contains("c_attn"))
  }

  @Test func `A directory without the matrices says which file is missing`() throws {
    try FileManager.default.removeItem(at: folder.url.appendingPathComponent("adapter_model.safetensors"))
    let problem = try #require(diagnostic { _ = try load() })
    #expect(problem.message == "the adapter directory has no adapter_model.safetensors")
  }

  @Test func `A second adapter on a model that has one is refused`() throws {
    let adapted = try TemporaryFolder()
    try load().save(to: adapted.url)
    let problem = try #require(diagnostic { _ = try load(base: adapted.url) })
    #expect(problem.code == .adapterMismatch)
    #expect(problem.hint?.contains("merge") == true)
  }

  @Test func `A damaged adapter in a model directory is found before anything runs`() throws {
    let adapted = try TemporaryFolder()
    try load().save(to: adapted.url)
    try LanguageModel.inspect(directory: adapted.url, head: .vocabulary)
    try adapted.write("not safetensors", to: "adapter_model.safetensors")
    let problem = diagnostic { try LanguageModel.inspect(directory: adapted.url, head: .vocabulary) }
    #expect(problem?.code == .invalidSafetensors)
  }

  @Test func `Modules to adapt that do not exist are refused with those that do`() throws {
    var options = LowRankOptions()
    options.targets = .named(["q_proj", "v_prj"])
    let problem = try #require(
      diagnostic {
        _ = try LanguageModel.load(
          directory: golden.baseURL, head: .vocabulary, adapters: .trained(options, base: nil))
      })
    #expect(problem.code == .unknownModule)
    #expect(
      problem.message
        == "the model has no module \"v_prj\" to adapt; its modules are q_proj, k_proj, v_proj, o_proj, gate_proj,"
        + " up_proj, down_proj")
    #expect(problem.hint == "did you mean \"v_proj\"?")
  }

  @Test func `A reward model over a language model keeps its score with the adapter`() throws {
    let model = try LanguageModel.load(
      directory: golden.baseURL, head: .scalar, seed: 3, adapters: .trained(LowRankOptions(), base: "base"))
    let saved = try TemporaryFolder()
    try model.save(to: saved.url)
    let tensors = try SafetensorsFile(saved.url.appendingPathComponent("adapter_model.safetensors"))
    #expect(tensors.contains("base_model.model.score.weight"))
    try LanguageModel.inspect(directory: saved.url, head: .scalar)
    let again = try LanguageModel.load(directory: saved.url, head: .scalar)
    #expect(again.parameters.values.copy() == model.parameters.values.copy())
    let problem = diagnostic { _ = try LanguageModel.load(directory: saved.url, head: .vocabulary) }
    #expect(problem?.message.contains("sequence classifier") == true)
  }

  @Test func `The written configuration has the keys that PEFT reads`() throws {
    let saved = try TemporaryFolder()
    try load().save(to: saved.url)
    let json = try JSON.parse(saved.bytes(of: "adapter_config.json"), file: "adapter_config.json")
    #expect(json["peft_type"]?.stringValue == "LORA")
    #expect(json["r"]?.intValue == 4 && json["lora_alpha"]?.intValue == 8)
    #expect(json["target_modules"]?.arrayValue?.compactMap(\.stringValue) == ["q_proj", "v_proj"])
    #expect(json["task_type"]?.stringValue == "CAUSAL_LM")
    #expect(json["base_model_name_or_path"]?.stringValue == "golden/models/llama")
  }
}
