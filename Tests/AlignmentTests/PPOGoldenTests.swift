import Alignment
import Compute
import JSONText
import LanguageModels
import TestSupport
import Testing

@Suite struct PPOGoldenTests {
  static let cases = Golden.cases(in: Golden.url("ppo"))

  private func options(_ config: JSON?) -> (TrainingOptions, PPOOptions) {
    var training = TrainingOptions(learningRate: config?["learning_rate"]?.doubleValue ?? .nan)
    training.batchSize = config?["batch_size"]?.intValue ?? 0
    var ppo = PPOOptions()
    ppo.conventions = .trl
    ppo.stopToken = config?["stop_token"]?.stringValue.flatMap { .init(rawValue: $0) }
    ppo.responseLength = config?["response_length"]?.intValue ?? 0
    ppo.temperature = config?["temperature"]?.doubleValue ?? .nan
    ppo.klCoefficient = config?["kl_coef"]?.doubleValue ?? .nan
    ppo.clipRange = config?["cliprange"]?.doubleValue ?? .nan
    ppo.valueClipRange = config?["cliprange_value"]?.doubleValue ?? .nan
    ppo.valueCoefficient = config?["vf_coef"]?.doubleValue ?? .nan
    ppo.gamma = config?["gamma"]?.doubleValue ?? .nan
    ppo.lambda = config?["lam"]?.doubleValue ?? .nan
    ppo.ppoEpochs = config?["num_ppo_epochs"]?.intValue ?? 0
    ppo.miniBatches = config?["num_mini_batches"]?.intValue ?? 1
    ppo.klEstimator = config?["kl_estimator"]?.stringValue.flatMap { .init(rawValue: $0) } ?? .k1
    ppo.missingEOSPenalty = config?["missing_eos_penalty"]?.doubleValue
    ppo.whitensRewards = config?["whiten_rewards"]?.boolValue ?? false
    return (training, ppo)
  }

  private func load(_ name: String, _ head: LanguageModel.Head) throws -> LanguageModel {
    try LanguageModel.load(directory: Golden.url("models/\(name)"), head: head)
  }

  @Test func `The set has cases`() { #expect(!Self.cases.isEmpty) }

  @Test(arguments: cases)
  func `Every metric of every update and the final weights equal TRL's`(name: String) throws {
    let golden = try Golden.json("ppo/\(name).json")
    let config = golden["config"]
    let (training, ppo) = options(config)
    let policy = try load("llama", .vocabulary)
    let value = try load("llama_reward", .scalar)
    let workspace = Workspace(threads: 2)
    let trainer = try PPOTrainer(
      policy: policy, reference: policy.copy(), rewardModel: RewardModel(value.copy()), valueModel: value,
      options: training, ppo: ppo, workspace: workspace)
    let ends: Set<Int32> =
      ppo.stopToken == .eos ? Set([config?["eos_id"]].compactMap { $0??.intValue.map(Int32.init) }) : []
    let updates = golden["updates"]?.arrayValue ?? []
    #expect(!updates.isEmpty)
    for (index, update) in updates.enumerated() {
      let queries = update["queries"]?.arrayValue ?? []
      let responses = update["responses"]?.arrayValue ?? []
      var rollouts = zip(queries, responses).map { Rollout(query: $0.ids, response: $1.ids, endIDs: ends) }
      let permutations = (update["permutations"]?.arrayValue ?? []).map { $0.ids.map(Int.init) }
      let rate = training.learningRate * Double(updates.count - index) / Double(updates.count)
      let metrics = try trainer.learn(from: &rollouts, permutations: permutations, learningRate: rate)
      var values = Dictionary(metrics.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
      if ppo.stopToken == nil {
        // TRL counts EOS tokens even where they end nothing.
        let eos = config?["eos_id"]?.intValue ?? -1
        values["val/num_eos_tokens"] = Double(responses.reduce(0) { $0 + $1.ids.count { Int($0) == eos } })
      }
      for member in update["metrics"]?.members ?? [] {
        let wanted = try #require(member.value.doubleValue)
        let found = try #require(values[member.key], "\(member.key)")
        let tolerance = 2e-4 * max(1, abs(wanted))
        #expect(abs(found - wanted) < tolerance, "update \(index) \(member.key): \(found) for \(wanted)")
      }
    }
    for (model, key) in [(policy, "final_policy"), (value, "final_value")] {
      let comparison = TensorComparison(model.parameters, golden[key])
      #expect(comparison.unmatched.isEmpty)
      #expect(comparison.norm < 2e-4, "\(key) \(comparison.worstTensor)")
    }
  }
}
