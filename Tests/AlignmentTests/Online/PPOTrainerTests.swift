import Alignment
import Compute
import DataLoading
import Diagnostics
import LanguageModels
import TestSupport
import Testing

@Suite struct PPOTrainerTests {
  private struct Setup {
    var training = TrainingOptions(learningRate: 1e-3)
    var ppo = PPOOptions()
    var watchdogs = Watchdogs()
    var threads = 2
    var prompts = 8

    init() {
      training.batchSize = 8
      ppo.responseLength = 12
      ppo.ppoEpochs = 2
      ppo.totalEpisodes = 16
    }
  }

  private struct Outcome {
    var policy: [Float]
    var value: [Float]
    var rollouts: [[Int32]] = []
  }

  @discardableResult
  private func run(
    _ setup: Setup, observer: any TrainingObserver = SilentObserver(),
    prepare: (_ policy: LanguageModel, _ reward: LanguageModel) -> Void = { _, _ in }
  ) throws -> Outcome {
    let policy = try TrainingKind.loadModel(.vocabulary)
    let reward = try TrainingKind.loadModel(.scalar)
    let (reference, value) = (policy.copy(), reward.copy())
    prepare(policy, reward)
    let workspace = Workspace(threads: setup.threads)
    var rows = SeededRows(policy, seed: 9)
    let prompts = (0..<setup.prompts).map { rows.prompt(line: $0 + 1) }
    let trainer = try PPOTrainer(
      policy: policy, reference: reference, rewardModel: RewardModel(reward), valueModel: value,
      options: setup.training, ppo: setup.ppo, workspace: workspace)
    var answers: [[Int32]] = []
    let loop = RolloutLoop(
      setup.training, sampling: trainer.sampling, watchdogs: setup.watchdogs,
      totalEpisodes: setup.ppo.totalEpisodes, workspace: workspace, observer: observer)
    try loop.run(trainer, on: prompts) { answers += $0.map { $0.query + $0.response } }
    return Outcome(
      policy: policy.parameters.values.copy(), value: value.parameters.values.copy(),
      rollouts: answers)
  }

  /// Micro-batches, mini-batches and conventions under which the first ratios are exact.
  struct Cut: Sendable, CustomTestStringConvertible {
    let microBatch, miniBatches: Int
    let conventions: PPOOptions.Conventions
    var testDescription: String { "micro \(microBatch), mini \(miniBatches), \(conventions)" }

    static let all = [PPOOptions.Conventions.plumbline, .trl].flatMap { conventions in
      [(0, 1), (3, 1), (1, 2), (2, 3), (0, 8)].map {
        Cut(microBatch: $0, miniBatches: $1, conventions: conventions)
      }
    }
  }

  /// With a rate of zero every mini-batch of the pass meets the policy that answered.
  @Test(arguments: Cut.all)
  func `In the first pass the ratio is exactly 1, and nothing is clipped`(cut: Cut) throws {
    var setup = Setup()
    setup.training.microBatchSize = cut.microBatch
    setup.training.learningRate = cut.miniBatches == 1 ? 1e-3 : 0
    setup.ppo.miniBatches = cut.miniBatches
    setup.ppo.conventions = cut.conventions
    setup.ppo.ppoEpochs = 1
    let observer = RecordingObserver()
    try run(setup, observer: observer)
    #expect(observer.steps.count == 2)
    for step in observer.steps {
      #expect(step.metrics["val/ratio"] == 1)
      #expect(step.metrics["policy/approxkl_avg"] == 0)
      #expect(step.metrics["policy/clipfrac_avg"] == 0)
      #expect(step.metrics["val/clipfrac_avg"] == 0)
      #expect(step.metrics["val/ratio_var"] == 0)
    }
  }

  @Test func `Before the first update the KL to the reference is zero`() throws {
    let observer = RecordingObserver()
    try run(Setup(), observer: observer)
    #expect(observer.steps[0].metrics["objective/kl"] == 0)
    #expect(observer.steps[1].metrics["objective/kl"] != 0)
    #expect(observer.steps.map(\.total) == [2, 2])
    #expect(observer.steps.compactMap { $0.metrics["episode"] } == [8, 16])
  }

  @Test(.tags(.determinism)) func `Training again, on one thread or several, gives identical bytes`() throws {
    var setup = Setup()
    let first = try run(setup)
    for threads in [2, 1, 3] {
      setup.threads = threads
      let other = try run(setup)
      #expect(other.rollouts == first.rollouts)
      #expect(other.policy == first.policy && other.value == first.value)
    }
  }

  @Test(arguments: [1, 2, 4])
  func `The size of a micro-batch changes gradients by rounding only`(size: Int) throws {
    // A large epsilon makes the optimiser's one step proportional to the gradient, and large against the weights.
    var setup = Setup()
    setup.training.epsilon = 1e6
    setup.training.learningRate = 1e12
    setup.training.maximumGradientNorm = 0
    setup.ppo.ppoEpochs = 1
    setup.ppo.totalEpisodes = 8
    let whole = try run(setup)
    setup.training.microBatchSize = size
    let cut = try run(setup)
    #expect(whole.rollouts == cut.rollouts)
    for (one, other) in [(whole.policy, cut.policy), (whole.value, cut.value)] {
      let difference = zip(one, other).reduce(0.0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }
      let norm = one.reduce(0.0) { $0 + Double($1) * Double($1) }
      #expect((difference / norm).squareRoot() < 1e-6)
    }
  }

  @Test func `Every epoch answers each prompt once, in whole batches`() throws {
    var setup = Setup()
    setup.prompts = 7
    setup.training.batchSize = 3
    setup.ppo.totalEpisodes = 12
    setup.ppo.responseLength = 2
    let answers = try run(setup).rollouts
    #expect(answers.count == 12)
    #expect(Set(answers[..<6]).count == 6)
  }

  @Test func `An answer ends at EOS by default, and has its full length under TRL's conventions`() throws {
    var setup = Setup()
    setup.ppo.responseLength = 40
    setup.training.learningRate = 0
    let ends = try TrainingKind.loadModel(.vocabulary).endIDs
    let lengths = SeededRowsLengths(prompts: setup.prompts)
    for answer in try run(setup).rollouts {
      let response = answer.dropFirst(lengths.prompt(of: answer))
      #expect(!response.dropLast().contains { ends.contains($0) })
    }
    setup.ppo.conventions = .trl
    for answer in try run(setup).rollouts { #expect(answer.count == lengths.prompt(of: answer) + 40) }
  }

  @Test func `Unfinished answers lose the penalty`() throws {
    var setup = Setup()
    setup.ppo.totalEpisodes = 8
    setup.ppo.ppoEpochs = 1
    setup.ppo.responseLength = 1
    let plain = RecordingObserver()
    try run(setup, observer: plain)
    setup.ppo.missingEOSPenalty = 3
    let penalised = RecordingObserver()
    try run(setup, observer: penalised)
    let ended = try #require(plain.steps[0].metrics["val/num_eos_tokens"])
    let difference =
      try #require(plain.steps[0].metrics["objective/scores"])
      - #require(penalised.steps[0].metrics["objective/scores"])
    #expect(abs(difference - 3 * (8 - ended) / 8) < 1e-6)
  }

  @Test func `An adaptive coefficient is recorded and moves`() throws {
    var setup = Setup()
    setup.ppo.klTarget = 1
    setup.ppo.klHorizon = 100
    let observer = RecordingObserver()
    try run(setup, observer: observer)
    #expect(observer.steps[0].metrics["objective/kl_coef"] == 0.05)
    let second = try #require(observer.steps[1].metrics["objective/kl_coef"])
    #expect(abs(second - 0.05 * (1 - 0.2 * 8 / 100)) < 1e-12)
  }

  @Test(arguments: [true, false])
  func `A score or loss that is not finite ends the training`(poisonsReward: Bool) throws {
    let error = #expect(throws: Diagnostic.self) {
      try run(Setup()) { policy, reward in
        let model = poisonsReward ? reward : policy
        model.parameters.buffer(at: model.parameters.specifications.count - 1)[0] = .nan
      }
    }
    #expect(error?.code == .nonFiniteLoss)
  }

  @Test func `Cancellation ends the training between updates`() throws {
    let observer = RecordingObserver(stopsAfter: 1)
    #expect(throws: RecordingObserver.Stopped.self) { try run(Setup(), observer: observer) }
    #expect(observer.steps.count == 1)
  }

  @Test func `Fewer prompts than a batch takes are an error, not a smaller batch`() throws {
    var setup = Setup()
    setup.prompts = 7
    let error = #expect(throws: Diagnostic.self) { try run(setup) }
    #expect(error?.code == .noExamples)
    #expect(error?.hint == "lower batch_size to at most 7")
  }

  @Test func `A rollback brings back policy, value model and the coefficient of the KL`() throws {
    var setup = Setup()
    setup.ppo.totalEpisodes = 24
    setup.ppo.klTarget = 1
    setup.watchdogs.length = Watchdog(maximum: 0, action: .rollback)
    let observer = RecordingObserver()
    let outcome = try run(setup, observer: observer)
    #expect(outcome.policy == (try TrainingKind.loadModel(.vocabulary).parameters.values.copy()))
    #expect(outcome.value == (try TrainingKind.loadModel(.scalar).parameters.values.copy()))
    #expect(observer.steps.compactMap { $0.metrics["objective/kl_coef"] } == [0.05, 0.05, 0.05])
    #expect(observer.steps.map { $0.metrics["objective/kl"] } == [0, 0, 0])
  }

  @Test func `Scores are clipped first, and those of unfinished answers replaced`() throws {
    var setup = Setup()
    setup.ppo.totalEpisodes = 8
    setup.ppo.responseLength = 1
    setup.ppo.rewardClip = 1e-3
    let clipped = RecordingObserver()
    try run(setup, observer: clipped)
    #expect(try abs(#require(clipped.steps[0].metrics["objective/scores"])) <= 1e-3)
    setup.ppo.missingEOSScore = -5
    let replaced = RecordingObserver()
    try run(setup, observer: replaced)
    let ended = try #require(replaced.steps[0].metrics["val/num_eos_tokens"])
    let score = try #require(replaced.steps[0].metrics["objective/scores"])
    #expect(abs(score + 5 * (8 - ended) / 8) <= 1e-3)
  }

  @Test func `A value head of zeros gives values of zero`() throws {
    var setup = Setup()
    setup.ppo.valueHead = .zero
    setup.ppo.totalEpisodes = 8
    setup.training.learningRate = 0
    let value = try run(setup).value
    #expect(value.suffix(32).allSatisfy { $0 == 0 })
  }

  @Test func `Prompts that cannot be answered are named before anything is sampled`() throws {
    let policy = try TrainingKind.loadModel(.vocabulary)
    let reward = try TrainingKind.loadModel(.scalar)
    let long = Array(repeating: Int32(5), count: policy.architecture.maximumPositions)
    for (prompts, code) in [
      ([TokenizedPrompt](), DiagnosticCode.noExamples),
      (
        [TokenizedPrompt(ids: [4], text: "", line: 1), TokenizedPrompt(ids: [], text: "", line: 2)],
        .promptWithoutTokens
      ),
      ([TokenizedPrompt(ids: long, text: "", line: 2)], .sequenceTooLong),
    ] {
      let workspace = Workspace(threads: 1)
      let options = TrainingOptions(learningRate: 1e-3)
      let trainer = try PPOTrainer(
        policy: policy, reference: policy, rewardModel: RewardModel(reward), valueModel: reward.copy(),
        options: options, ppo: PPOOptions(), workspace: workspace)
      let loop = RolloutLoop(
        options, sampling: trainer.sampling, workspace: workspace, observer: SilentObserver())
      let error = #expect(throws: Diagnostic.self) { try loop.run(trainer, on: prompts) { _ in } }
      #expect(error?.code == code)
      #expect(prompts.isEmpty || error?.message.contains("line 2") == true)
    }
  }
}

/// Finds which of the seeded prompts an answer continues.
private struct SeededRowsLengths {
  private let prompts: [[Int32]]

  init(prompts count: Int) {
    guard let model = try? TrainingKind.loadModel(.vocabulary) else {
      prompts = []
      return
    }
    var rows = SeededRows(model, seed: 9)
    prompts = (0..<count).map { rows.prompt(line: $0).ids }
  }

  func prompt(of answer: [Int32]) -> Int { prompts.first { answer.starts(with: $0) }?.count ?? 0 }
}
