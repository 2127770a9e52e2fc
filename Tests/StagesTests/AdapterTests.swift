import Compute
import Foundation
import JSONText
import LanguageModels
import Pipeline
import Stages
import TestSupport
import Testing

/// Training adapters by the stages, and folding them in.
@Suite struct AdapterTests {
  private let bench: StageBench
  private let base = Golden.committed.appendingPathComponent("models/llama", isDirectory: true)
  private let settings: [JSON.Member] = [
    JSON.Member("max_steps", 3), JSON.Member("batch_size", 4), JSON.Member("learning_rate", 0.01),
  ]

  init() throws { bench = try StageBench() }

  private func data(_ name: String, _ type: PortType, port: String = "data") -> StageInput {
    bench.input(Golden.committed.appendingPathComponent("data/\(name).jsonl"), port: port, type: type)
  }

  private func configuration(_ lora: JSON?, _ others: [JSON.Member] = []) -> JSON {
    .object(settings + others + (lora.map { [JSON.Member("lora", $0)] } ?? []))
  }

  private func run(
    _ kind: String, _ lora: JSON?, on model: URL, _ inputs: [StageInput], _ others: [JSON.Member] = [],
    type: PortType = .model
  ) throws -> (events: RecordedEvents, outputs: URL) {
    try bench.run(
      kind, configuration(lora, others), inputs: [bench.input(model, port: "model", type: type)] + inputs)
  }

  private func bytes(_ directory: URL, _ name: String) throws -> Data {
    try Data(contentsOf: directory.appendingPathComponent(name))
  }

  /// Log-probabilities of a model directory.
  private func says(_ directory: URL) throws -> [Double] {
    let model = try LanguageModel.load(directory: directory, head: .vocabulary)
    let ids = (0..<30).map { Int32($0 * 11 % 300) }
    return model.tokenLogProbabilities([(ids, 1)], workspace: Workspace(threads: 1))[0].map(Double.init)
  }

  // MARK: Training

  @Test func `An adapted model keeps its base's bytes and records base and adapter`() throws {
    let (events, outputs) = try run(
      "sft", ["r": 2, "alpha": 4, "target_modules": ["q_proj", "down_proj"]], on: base,
      [data("sft", .demonstrations)])
    let model = outputs.appendingPathComponent("model")
    #expect(try bytes(model, "model.safetensors") == bytes(base, "model.safetensors"))
    let written = try JSON.parse([UInt8](bytes(model, "adapter_config.json")), file: "adapter_config.json")
    #expect(written["base_model_name_or_path"]?.stringValue == String(repeating: "0", count: 64))
    let facts = events.facts("model")["adapter"]
    #expect(facts?["base"]?.stringValue == String(repeating: "0", count: 64))
    #expect(facts?["r"]?.intValue == 2 && facts?["alpha"]?.doubleValue == 4)
    #expect(facts?["target_modules"]?.arrayValue?.compactMap(\.stringValue) == ["q_proj", "down_proj"])
    #expect(facts?["modules"]?.intValue == 4)
    // Two layers of A and B, for 32 to 32 and 88 to 32.
    #expect(facts?["trained_parameters"]?.intValue == 2 * 2 * (32 + 32 + 88 + 32))
    let losses = events.values("loss")
    #expect(losses.count == 3 && losses[2] < losses[0])
    #expect(greatestDifference(try says(model), try says(base)) > 1e-3)
  }

  @Test func `Merging gives a plain model that says the same`() throws {
    let adapted = try run("sft", [:], on: base, [data("sft", .demonstrations)]).outputs
      .appendingPathComponent("model")
    let merged = try bench.run("merge", [:], inputs: [bench.input(adapted, port: "model", type: .model)])
      .outputs
      .appendingPathComponent("model")
    #expect(
      !FileManager.default.fileExists(atPath: merged.appendingPathComponent("adapter_config.json").path))
    #expect(greatestDifference(try says(merged), try says(adapted)) < 1e-5)
    #expect(throws: (any Error).self) {
      try bench.run("merge", [:], inputs: [bench.input(merged, port: "model", type: .model)])
    }
  }

  @Test func `An adapter from PEFT is merged into the base it is given with`() throws {
    let adapter = Golden.committed.deletingLastPathComponent()
      .appendingPathComponent("vectors/lora/llama_all_linear", isDirectory: true)
    let merged = try bench.run(
      "merge", [:],
      inputs: [
        bench.input(base, port: "model", type: .model), bench.input(adapter, port: "adapter", type: .adapter),
      ]
    ).outputs.appendingPathComponent("model")
    #expect(greatestDifference(try says(merged), try says(base)) > 1e-3)
  }

  @Test func `A second stage trains the adapter on, or the merged weights`() throws {
    let first = try run("sft", ["r": 2], on: base, [data("sft", .demonstrations)]).outputs
      .appendingPathComponent("model")
    let second = try run("sft", ["r": 2], on: first, [data("sft", .demonstrations)])
    let model = second.outputs.appendingPathComponent("model")
    #expect(try bytes(model, "model.safetensors") == bytes(base, "model.safetensors"))
    #expect(try bytes(model, "adapter_model.safetensors") != bytes(first, "adapter_model.safetensors"))
    let full = try run("sft", nil, on: first, [data("sft", .demonstrations)])
    #expect(relativeDifference(full.events.values("loss")[0], second.events.values("loss")[0]) < 1e-5)
    let plain = full.outputs.appendingPathComponent("model")
    #expect(!FileManager.default.fileExists(atPath: plain.appendingPathComponent("adapter_config.json").path))
    #expect(throws: (any Error).self) {
      try run("sft", ["r": 3], on: first, [data("sft", .demonstrations)])
    }
  }

  @Test func `Micro-batches and threads change nothing of a training with dropout`() throws {
    func losses(_ micro: Int, threads: Int) throws -> [Double] {
      try bench.run(
        "sft", configuration(["dropout": 0.2], [JSON.Member("micro_batch_size", .integer(micro))]),
        inputs: [bench.input(base, port: "model", type: .model), data("sft", .demonstrations)],
        threads: threads
      ).events.values("loss")
    }
    let whole = try losses(4, threads: 1)
    #expect(try losses(4, threads: 3) == whole)
    for (one, other) in zip(whole, try losses(1, threads: 1)) {
      #expect(relativeDifference(one, other) < 1e-5)
    }
    #expect(whole != (try run("sft", [:], on: base, [data("sft", .demonstrations)]).events.values("loss")))
  }

  @Test func `A reward model's score is trained and kept with its adapter`() throws {
    let (events, outputs) = try run("reward", ["r": 2], on: base, [data("preference", .preferences)])
    let model = outputs.appendingPathComponent("reward_model")
    #expect(try bytes(model, "model.safetensors") == bytes(base, "model.safetensors"))
    #expect(events.facts("reward_model")["adapter"]?["r"]?.intValue == 2)
    let again = try RewardModel.load(directory: model, workspace: Workspace(threads: 1))
    #expect(again.model.adaptation?.rank == 2)
  }

  @Test func `Preferences are learned by an adapter against a named reference`() throws {
    let reference = bench.input(base, port: "reference", type: .model)
    let (events, outputs) = try run(
      "dpo", ["r": 2], on: base, [data("preference", .preferences), reference])
    #expect(abs(events.values("loss")[0] - log(2.0)) < 1e-6)
    #expect(
      try bytes(outputs.appendingPathComponent("model"), "model.safetensors")
        == bytes(base, "model.safetensors"))
  }

  @Test func `A policy's adapter learns from an adapted reward model`() throws {
    let reward = try run("reward", ["r": 2], on: base, [data("preference", .preferences)]).outputs
      .appendingPathComponent("reward_model")
    let (events, outputs) = try run(
      "ppo", ["r": 2], on: base,
      [
        bench.input(base, port: "reference", type: .model),
        bench.input(reward, port: "reward_model", type: .rewardModel),
        data("sft", .demonstrations, port: "prompts"),
      ], [JSON.Member("response_length", 5)])
    #expect(events.values("objective/kl").count == 3)
    #expect(abs(events.values("objective/kl")[0]) < 1e-5)
    #expect(
      try bytes(outputs.appendingPathComponent("model"), "model.safetensors")
        == bytes(base, "model.safetensors"))
  }

  // MARK: Options

  @Test(arguments: ["dpo", "ppo"])
  func `The reference of an adapter's training is never implied`(kind: String) throws {
    #expect(
      try StageBench.problems(kind, ["lora": ["r": 4]], connected: ["model"]).contains(
        "lora needs the input `reference`: what the training of an adapter stays close to is never implied"))
    #expect(try StageBench.problems(kind, ["lora": ["r": 4]], connected: ["model", "reference"]).isEmpty)
  }

  @Test func `Dropout is refused where answers are sampled without it`() throws {
    #expect(
      try StageBench.problems("ppo", ["lora": ["dropout": 0.1]], connected: ["model", "reference"]) == [
        "lora.dropout must be 0 here: answers are sampled without dropout, and would be scored with it"
      ])
  }

  @Test func `A model made from nothing has nothing to adapt`() throws {
    #expect(
      try StageBench.problems("pretrain", ["lora": [:]], connected: ["tokenizer", "corpus"]) == [
        "lora needs `model`: adapters of fresh weights would train nothing else"
      ])
  }

  private static let badValues: [(String, JSON)] = [
    ("r", 0), ("alpha", 0), ("dropout", 1), ("target_modules", "q_proj"), ("target_modules", []),
    ("target_modules", [1]), ("rank", 4),
  ]

  @Test(arguments: badValues)
  func `A value that cannot be is refused at its key`(key: String, value: JSON) throws {
    let problems = try StageBench.problems("sft", ["lora": .object([JSON.Member(key, value)])])
    #expect(problems.count == 1 && problems[0].hasPrefix("lora.\(key) "), "\(problems)")
  }

  @Test(
    arguments: StageRegistry.builtIn.kinds.map { $0.name }.filter { !["tokenizer", "merge"].contains($0) })
  func `Every stage that trains by gradients can train an adapter`(kind: String) throws {
    let isTrainer = try StageBench.problems(kind, ["learning_rate": 0.1]).allSatisfy {
      !$0.contains("learning_rate")
    }
    let knows = try StageBench.problems(kind, ["lora": .null]).allSatisfy { !$0.hasPrefix("lora ") }
    #expect(knows == isTrainer)
  }
}
