import Alignment
import Diagnostics
import LanguageModels
import TestSupport
import Testing

@Suite struct GroupTrainerTests {
  /// Objectives and micro-batches under which the first ratios are exact.
  struct Cut: Sendable, CustomTestStringConvertible {
    let isGroupRelative: Bool
    let microBatch: Int
    var testDescription: String { "\(isGroupRelative ? "grpo" : "rloo"), micro \(microBatch)" }

    var objective: any GroupObjective { isGroupRelative ? GroupRelativeLoss() : LeaveOneOutLoss() }

    static let all = [true, false].flatMap { kind in
      [0, 1, 3, 8].map { Cut(isGroupRelative: kind, microBatch: $0) }
    }
  }

  @Test(arguments: Cut.all)
  func `In the first step on a batch the ratio is exactly 1, and nothing is clipped`(cut: Cut) throws {
    var setup = GroupSetup()
    setup.objective = cut.objective
    setup.training.microBatchSize = cut.microBatch
    setup.training.maximumSteps = 4
    setup.group.iterations = 2
    let observer = RecordingObserver()
    try setup.run(observer: observer)
    #expect(observer.steps.count == 4)
    for (index, step) in observer.steps.enumerated() {
      #expect((step.metrics["importance_ratio/mean"] == 1) == (index % 2 == 0))
      guard index % 2 == 0 else { continue }
      #expect(step.metrics["clip_ratio/region_mean"] == 0 && step.metrics["clip_ratio/high_max"] == 0)
    }
    #expect(observer.steps[0].metrics["kl"] == 0)
    #expect(observer.steps[1].metrics["reward"] == nil && observer.steps[2].metrics["reward"] != nil)
  }

  @Test(arguments: Cut.all.filter { $0.microBatch > 0 })
  func `The size of a micro-batch changes gradients by rounding only`(cut: Cut) throws {
    // A large epsilon makes the optimiser's one step proportional to the gradient, and large against the weights.
    var setup = GroupSetup()
    setup.objective = cut.objective
    setup.training.maximumSteps = 1
    setup.training.epsilon = 1e6
    setup.training.learningRate = 1e12
    setup.training.maximumGradientNorm = 0
    let whole = try setup.run()
    setup.training.microBatchSize = cut.microBatch
    let cut = try setup.run()
    #expect(whole.answers == cut.answers)
    let difference = zip(whole.weights, cut.weights).reduce(0.0) {
      $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1)
    }
    let norm = whole.weights.reduce(0.0) { $0 + Double($1) * Double($1) }
    #expect((difference / norm).squareRoot() < 1e-6)
  }

  @Test(.tags(.determinism)) func `Training again, on one thread or several, gives identical bytes`() throws {
    var setup = GroupSetup()
    let first = try setup.run()
    for threads in [2, 1, 3] {
      setup.threads = threads
      let other = try setup.run()
      #expect(other.answers == first.answers && other.weights == first.weights)
    }
  }

  @Test func `Each prompt of a batch is answered by a whole group`() throws {
    let answers = try GroupSetup().run().answers
    #expect(answers.count == 16)
    let policy = try TrainingKind.loadModel(.vocabulary)
    var rows = SeededRows(policy, seed: 9)
    for prompt in (0..<4).map({ rows.prompt(line: $0 + 1).ids }) {
      #expect(answers.count { $0.starts(with: prompt) } == 4)
    }
    #expect(Set(answers).count > 8)
  }

  @Test func `Masked answers carry no loss`() throws {
    var setup = GroupSetup()
    setup.training.maximumSteps = 1
    setup.group.maximumCompletionLength = 1
    setup.group.masksTruncatedCompletions = true
    let observer = RecordingObserver()
    try setup.run(observer: observer)
    if observer.steps[0].metrics["completions/clipped_ratio"] == 1 {
      #expect(observer.steps[0].metrics["grad_norm"] == 0)
    }
  }

  @Test func `Fewer prompts than a batch takes are an error that says how many answers fit`() {
    var setup = GroupSetup()
    setup.prompts = 1
    let error = #expect(throws: Diagnostic.self) { try setup.run() }
    #expect(error?.hint == "lower batch_size to at most 4")
  }
}
