import Alignment
import Compute
import Foundation
import JSONText
import LanguageModels
import TestSupport
import Testing

/// Models that are only read take memory while something reads them.
@Suite struct ResidencyTests {
  private let workspace = Workspace(threads: 2)
  private let sequences: [[Int32]] = [[5, 6, 7], [8, 9, 10, 11]]
  /// Hidden values of a model whose weights are given back, and of one that is too small for it.
  private let large = 256
  private let small = 16

  /// A saved model of so many hidden values.
  private func withModel(hidden: Int, _ body: (URL) throws -> Void) throws {
    let directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("resident-\(UUID().uuidString)", isDirectory: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let tokenizer = try TrainingKind.loadModel(.vocabulary).tokenizer
    let model = try LanguageModel.make(
      configuration: [
        "model_type": "llama", "architectures": ["LlamaForCausalLM"], "hidden_act": "silu",
        "vocab_size": .integer(tokenizer.vocabularySize), "hidden_size": .integer(hidden),
        "intermediate_size": .integer(2 * hidden), "num_hidden_layers": 2, "num_attention_heads": 4,
        "num_key_value_heads": 4, "max_position_embeddings": 64, "rms_norm_eps": 1e-5,
        "tie_word_embeddings": true,
      ], tokenizer: tokenizer, seed: 4, displayName: "model")
    try model.save(to: directory)
    try body(directory)
  }

  @Test func `From one phase to the next the weights are given up, and come back bit by bit`() throws {
    try withModel(hidden: large) { directory in
      let kept = try LanguageModel.load(directory: directory, head: .scalar, seed: 5)
      let model = try LanguageModel.load(directory: directory, head: .scalar, seed: 5, residency: .byPhase)
      let expected = kept.scores(sequences, workspace: workspace)
      for _ in 0..<2 {
        #expect(model.parameters.isDiscarded)
        let scores = try model.whileResident(in: workspace) {
          try model.whileResident(in: workspace) { #expect(!model.parameters.isDiscarded) }
          return model.scores(sequences, workspace: workspace)
        }
        #expect(scores == expected)
      }
      try model.whileResident(in: workspace) {
        #expect(model.parameters.values.copy() == kept.parameters.values.copy())
      }
    }
  }

  @Test func `Small weights stay, and those of a model that is not read by phase`() throws {
    for (hidden, residency) in [(small, Residency.byPhase), (large, .always)] {
      try withModel(hidden: hidden) { directory in
        let model = try LanguageModel.load(directory: directory, head: .scalar, residency: residency)
        try model.whileResident(in: workspace) {}
        #expect(!model.parameters.isDiscarded)
      }
    }
  }

  @Test func `An adapter that lies beside the weights comes back with them`() throws {
    try withModel(hidden: large) { directory in
      let adapted = try LanguageModel.load(
        directory: directory, head: .scalar, seed: 5,
        adapters: .trained(LowRankOptions(), base: String(repeating: "0", count: 64)))
      for parameter in adapted.parameters.trained {
        for (index, value) in zip(0..<8, adapted.parameters.buffer(at: parameter)) {
          adapted.parameters.buffer(at: parameter)[index] = value + 0.125
        }
      }
      let expected = adapted.scores(sequences, workspace: workspace)
      let saved = directory.appendingPathComponent("adapted")
      try adapted.save(to: saved)
      let model = try LanguageModel.load(directory: saved, head: .scalar, residency: .byPhase)
      for _ in 0..<2 {
        #expect(model.parameters.isDiscarded)
        let scores = try model.whileResident(in: workspace) { model.scores(sequences, workspace: workspace) }
        #expect(scores == expected)
      }
    }
  }

  @Test func `PPO and GRPO learn the same, whether models stay or not`() throws {
    try withModel(hidden: large) { directory in
      func learn(_ residency: Residency) throws -> [[Float]] {
        func model(_ head: LanguageModel.Head, _ residency: Residency = .always) throws -> LanguageModel {
          try LanguageModel.load(directory: directory, head: head, seed: 6, residency: residency)
        }
        let (reference, reward) = (
          try model(.vocabulary, residency), RewardModel(try model(.scalar, residency))
        )
        #expect(reference.parameters.isDiscarded == (residency == .byPhase))
        var training = TrainingOptions(learningRate: 1e-3)
        training.batchSize = 4
        let ppo = try PPOTrainer(
          policy: model(.vocabulary), reference: reference, rewardModel: reward, valueModel: model(.scalar),
          options: training, ppo: PPOOptions(), workspace: workspace)
        let grpo = try GroupTrainer(
          policy: model(.vocabulary), reference: reference,
          rewards: WeightedRewards([.init(ModelReward(reward, workspace: workspace))]),
          objective: GroupRelativeLoss(), options: training, group: GroupOptions(generations: 2, beta: 0.05),
          workspace: workspace)
        return try [ppo, grpo].map { (update: any PolicyUpdate) in
          var numbers = SeededNumbers(seed: 8)
          for batch in 0..<2 {
            var rollouts = [6, 6, 3, 3].map { length in
              Rollout(
                query: (0..<length).map { Int32(30 + $0) },
                response: (0..<7).map { _ in Int32(numbers.integer(below: 200)) }, endIDs: [])
            }
            try update.prepare(&rollouts, batch: batch)
            for step in 0..<2 {
              try update.takeStep(step, on: rollouts, batch: batch, learningRate: 1e-3)
            }
          }
          return update.policy.parameters.values.copy()
        }
      }
      let (phased, resident) = (try learn(.byPhase), try learn(.always))
      #expect(phased == resident)
    }
  }
}
