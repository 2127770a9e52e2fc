import Alignment
import Compute
import LanguageModels
import TestSupport
import Testing

/// The first optimiser step on answers takes over the passes that scored them.
@Suite struct RecordedPassTests {
  enum Method: CaseIterable { case ppo, grpo }

  private static let answers = 4
  /// Of an answer.
  private static let tokens = 9

  /// Operations of the products of two optimiser steps on the same answers, and what they give.
  private static func learn(_ method: Method, resets: Bool, keptBytes: Int = PPOTrainer.keptBytes) throws -> (
    work: [Int], weights: [Float]
  ) {
    let policy = try TrainingKind.loadModel(.vocabulary)
    let workspace = Workspace(threads: 1)
    var training = TrainingOptions(learningRate: 1e-3)
    training.batchSize = answers
    var numbers = SeededNumbers(seed: 3)
    var rollouts = [7, 7, 4, 4].map { length in
      Rollout(
        query: (0..<length).map { Int32(20 + $0) },
        response: (0..<tokens).map { _ in Int32(numbers.integer(below: 200)) },
        endIDs: policy.endIDs)
    }
    let update = try trainer(method, policy, training, workspace, keptBytes)
    try update.prepare(&rollouts, batch: 0)
    if resets { workspace.arena.reset() }
    let work = try (0..<2).map { step in
      workspace.team.counts = WorkCounts()
      try update.takeStep(step, on: rollouts, batch: 0, learningRate: 1e-3)
      return workspace.team.counts?.productOperations ?? 0
    }
    return (work, policy.parameters.values.copy())
  }

  private static func trainer(
    _ method: Method, _ policy: LanguageModel, _ training: TrainingOptions, _ workspace: Workspace,
    _ keptBytes: Int
  ) throws -> any PolicyUpdate {
    switch method {
    case .ppo:
      let reward = try TrainingKind.loadModel(.scalar)
      return try PPOTrainer(
        policy: policy, reference: policy.copy(), rewardModel: RewardModel(reward), valueModel: reward.copy(),
        options: training, ppo: PPOOptions(), workspace: workspace, keptBytes: keptBytes)
    case .grpo:
      return try GroupTrainer(
        policy: policy, reference: policy.copy(), rewards: WeightedRewards([.init(GroupSetup.LowIds())]),
        objective: GroupRelativeLoss(), options: training, group: GroupOptions(generations: 2, beta: 0.05),
        workspace: workspace)
    }
  }

  @Test(arguments: Method.allCases)
  func `The first step on answers does not repeat the pass that scored them`(method: Method) throws {
    let work = try Self.learn(method, resets: false).work
    // Two operations forward and four backward for each value of a matrix; the head of the values, which makes its
    // product for the gradient only, aside.
    let width = try TrainingKind.loadModel(.scalar).architecture.hiddenSize
    let head = method == .ppo ? 2 * width * Self.answers * Self.tokens : 0
    #expect(work[1] > head && 3 * (work[0] - head) == 2 * (work[1] - head))
  }

  @Test(arguments: Method.allCases)
  func `Without what was recorded it computes the same again`(method: Method) throws {
    let kept = try Self.learn(method, resets: false)
    let repeated = try Self.learn(method, resets: true)
    #expect(repeated.work[0] == repeated.work[1])
    #expect(repeated.weights == kept.weights)
  }

  @Test func `A pass too large to keep the value model's beside it is kept alone, to the same bits`() throws {
    let both = try Self.learn(.ppo, resets: false)
    let alone = try Self.learn(.ppo, resets: false, keptBytes: 0)
    let neither = try Self.learn(.ppo, resets: true)
    #expect(both.work[0] < alone.work[0] && alone.work[0] < neither.work[0])
    #expect(alone.weights == both.weights)
  }
}
