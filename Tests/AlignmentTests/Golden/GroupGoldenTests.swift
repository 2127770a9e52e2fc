import Alignment
import Compute
import Foundation
import JSONText
import LanguageModels
import TestSupport
import Testing

/// GRPO and RLOO against TRL 1.16 on recorded answers (`Fixtures/generate/make_group.py`).
@Suite(.tags(.golden)) struct GroupGoldenTests {
  /// The two rewards of the generator.
  private enum IdReward: RewardFunction {
    case even
    case short(maximum: Int)

    var name: String {
      switch self {
      case .even: "even"
      case .short: "short"
      }
    }

    func rewards(of answers: [JudgedAnswer]) -> [Double] {
      answers.map { answer in
        let count = Double(answer.completion.count)
        return switch self {
        case .even: Double(answer.completion.count { $0 % 2 == 0 }) / count
        case .short(let maximum): -count / Double(maximum)
        }
      }
    }
  }

  private func folder(_ kind: String) -> URL {
    Golden.vectors.appendingPathComponent(kind, isDirectory: true)
  }

  @Test(arguments: Golden.cases(in: Golden.vectors.appendingPathComponent("grpo")))
  func `GRPO follows TRL step by step`(name: String) throws {
    let golden = try Golden.json(at: folder("grpo").appendingPathComponent(name + ".json"))
    let config = golden["config"] ?? .null
    var loss = GroupRelativeLoss()
    loss.lossType = word(config["loss_type"]) ?? .dapo
    loss.rewardScale = word(config["scale_rewards"]) ?? .group
    loss.importanceLevel = word(config["importance_sampling_level"]) ?? .token
    loss.delta = config["delta"]?.doubleValue
    loss.correctsDivergence = config["use_bias_correction_kl"]?.boolValue ?? true
    try follow(golden, config, loss)
  }

  @Test(arguments: Golden.cases(in: Golden.vectors.appendingPathComponent("rloo")))
  func `RLOO follows TRL step by step`(name: String) throws {
    let golden = try Golden.json(at: folder("rloo").appendingPathComponent(name + ".json"))
    let config = golden["config"] ?? .null
    var loss = LeaveOneOutLoss()
    loss.normalizesAdvantages = config["normalize_advantages"]?.boolValue ?? false
    let range = config["reward_clip_range"]?.doubles ?? []
    if range.count == 2 { loss.rewardClipRange = range[0]...range[1] }
    try follow(golden, config, loss)
  }

  @Test(arguments: ["grpo", "rloo"])
  func `There are cases of each kind`(kind: String) {
    #expect(Golden.cases(in: folder(kind)).count >= 4)
  }

  private func follow(_ golden: JSON, _ config: JSON, _ loss: any GroupObjective) throws {
    let policy = try LanguageModel.load(
      directory: Golden.committed.appendingPathComponent("models/llama"), head: .vocabulary)
    let (training, group) = options(config)
    let weights = config["reward_weights"]?.doubles ?? []
    let trainer = try GroupTrainer(
      policy: policy, reference: policy.copy(),
      rewards: WeightedRewards([
        .init(IdReward.even, weight: weights[0]),
        .init(IdReward.short(maximum: group.maximumCompletionLength), weight: weights[1]),
      ]), objective: loss, options: training, group: group, workspace: Workspace(threads: 2))
    let ends = Set([config["eos_id"]].compactMap { $0?.intValue.map(Int32.init) })
    let log = golden["log"]?.arrayValue ?? []
    #expect(log.count == training.maximumSteps)
    for (index, batch) in (golden["batches"]?.arrayValue ?? []).enumerated() {
      var rollouts = zip(batch["queries"]?.arrayValue ?? [], batch["responses"]?.arrayValue ?? []).map {
        Rollout(query: $0.ids, response: $1.ids, endIDs: ends)
      }
      let wanted = Array(log[(index * group.iterations)..<((index + 1) * group.iterations)])
      let rates = wanted.map { $0["learning_rate"]?.doubleValue ?? .nan }
      try trainer.prepare(&rollouts, batch: index)
      for (step, rate) in rates.enumerated() {
        try trainer.takeStep(step, on: rollouts, batch: index, learningRate: rate)
      }
      let series = trainer.finish(rollouts, learningRates: rates)
      for (step, (found, wanted)) in zip(series, wanted).enumerated() {
        try compare(found, wanted, step: index * group.iterations + step)
      }
    }
    let comparison = TensorComparison(policy.parameters, golden["final"])
    #expect(comparison.unmatched.isEmpty)
    #expect(comparison.norm < 2e-4, "\(comparison.worstTensor)")
  }

  private func compare(_ found: [Metric], _ wanted: JSON, step: Int) throws {
    for member in wanted.members ?? [] where member.key != "epoch" {
      let value = try #require(member.value.doubleValue)
      let own = try #require(found[member.key], "\(member.key)")
      let tolerance = member.key == "loss" ? max(2e-5, 1e-4 * abs(value)) : 2e-4 * max(1, abs(value))
      #expect(abs(own - value) <= tolerance, "step \(step) \(member.key): \(own) for \(value)")
    }
  }

  private func options(_ config: JSON) -> (TrainingOptions, GroupOptions) {
    var training = TrainingOptions(learningRate: config["learning_rate"]?.doubleValue ?? .nan)
    training.batchSize = config["per_device_train_batch_size"]?.intValue ?? 0
    training.microBatchSize = 3
    training.maximumSteps = config["max_steps"]?.intValue ?? 0
    training.weightDecay = config["weight_decay"]?.doubleValue ?? 0
    training.maximumGradientNorm = config["max_grad_norm"]?.doubleValue ?? 1
    var group = GroupOptions(
      generations: config["num_generations"]?.intValue ?? 0, beta: config["beta"]?.doubleValue ?? .nan)
    group.iterations = config["num_iterations"]?.intValue ?? 1
    group.maximumCompletionLength = config["max_completion_length"]?.intValue ?? 0
    group.temperature = config["temperature"]?.doubleValue ?? .nan
    group.epsilon = config["epsilon"]?.doubleValue ?? .nan
    group.epsilonHigh = config["epsilon_high"]?.doubleValue
    group.masksTruncatedCompletions = config["mask_truncated_completions"]?.boolValue ?? false
    return (training, group)
  }

  private func word<Value: RawRepresentable>(_ json: JSON?) -> Value? where Value.RawValue == String {
    json?.stringValue.flatMap(Value.init(rawValue:))
  }
}
