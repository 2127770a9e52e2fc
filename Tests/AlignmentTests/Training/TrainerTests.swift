import Alignment
import Compute
import Diagnostics
import LanguageModels
import TestSupport
import Testing

@Suite struct TrainerTests {
  private func options() -> TrainingOptions {
    var options = TrainingOptions(learningRate: 2e-3)
    options.batchSize = 4
    options.maximumSteps = 5
    options.weightDecay = 0.1
    return options
  }

  /// Trains a fresh model and returns its weights.
  @discardableResult
  private func train(
    _ kind: TrainingKind, _ options: TrainingOptions, threads: Int = 2,
    observer: any TrainingObserver = SilentObserver(), examples: Int = 10, held: Int = 0,
    prepare: (LanguageModel) -> Void = { _ in }
  ) throws -> [Float] {
    let model = try kind.loadModel()
    let workspace = Workspace(threads: threads)
    let objective = try kind.makeObjective(model, workspace, examples: examples, held: held)
    prepare(model)
    try Trainer(options, model: model, workspace: workspace, observer: observer).run(objective)
    return model.parameters.values.copy()
  }

  @Test(.tags(.determinism), arguments: TrainingKind.allCases)
  func `Training again, on one thread or several, gives identical bytes`(kind: TrainingKind) throws {
    let first = try train(kind, options())
    #expect(try train(kind, options()) == first)
    #expect(try train(kind, options(), threads: 1) == first)
    #expect(try train(kind, options(), threads: 3) == first)
  }

  @Test(arguments: TrainingKind.allCases)
  func `Another seed gives another model, and logging no other`(kind: TrainingKind) throws {
    let first = try train(kind, options())
    var other = options()
    other.seed = 43
    #expect(try train(kind, other) != first)
    other = options()
    other.loggingSteps = 3
    #expect(try train(kind, other) == first)
  }

  @Test(arguments: TrainingKind.differentiable)
  func `The loss falls`(kind: TrainingKind) throws {
    var options = options()
    options.maximumSteps = 30
    options.batchSize = 10
    let observer = RecordingObserver()
    try train(kind, options, observer: observer)
    let losses = observer.steps.compactMap { $0.metrics["loss"] }
    #expect(losses.count == 30 && losses[29] < 0.8 * losses[0])
  }

  @Test func `Every step is heard; figures come with the logged ones and the last`() throws {
    let observer = RecordingObserver()
    let every = RecordingObserver()
    var options = options()
    try train(.supervised, options, observer: every)
    options.loggingSteps = 2
    try train(.supervised, options, observer: observer)
    #expect(observer.steps.map(\.step) == [1, 2, 3, 4, 5])
    #expect(observer.steps.allSatisfy { $0.total == 5 })
    #expect(observer.steps.map(\.metrics.isEmpty) == [true, false, true, false, false])
    let losses = every.steps.compactMap { $0.metrics["loss"] }
    #expect(observer.steps[3].metrics["loss"] == (losses[2] + losses[3]) / 2)
    #expect(observer.steps[4].metrics["epoch"] == 5.0 / 3)
    #expect(observer.steps[4].metrics["learning_rate"] == 2e-3 / 5)
  }

  @Test(arguments: TrainingKind.allCases)
  func `Validation comes every so many steps and at the end, under names of its own`(kind: TrainingKind)
    throws
  {
    let observer = RecordingObserver()
    var options = options()
    options.evaluationSteps = 2
    try train(kind, options, observer: observer, examples: 6, held: 5)
    #expect(observer.evaluations.map(\.step) == [2, 4, 5])
    for evaluation in observer.evaluations {
      #expect(evaluation.metrics.first?.name == "eval_loss")
      #expect(evaluation.metrics.allSatisfy { $0.name.hasPrefix("eval_") && $0.value.isFinite })
    }
  }

  @Test(arguments: TrainingKind.allCases, [Float.nan, .infinity])
  func `A loss that is not finite ends the training before the weights are touched`(
    kind: TrainingKind, poison: Float
  ) throws {
    let observer = RecordingObserver()
    let error = #expect(throws: Diagnostic.self) {
      try train(kind, options(), observer: observer) { model in
        model.parameters.buffer(at: model.parameters.specifications.count - 1).update(repeating: poison)
      }
    }
    #expect(error?.code == .nonFiniteLoss)
    #expect(error?.message.contains("step 1") == true)
    #expect(observer.steps.isEmpty)
  }

  @Test func `Cancellation ends the training between steps`() throws {
    let observer = RecordingObserver(stopsAfter: 2)
    #expect(throws: RecordingObserver.Stopped.self) { try train(.supervised, options(), observer: observer) }
    #expect(observer.steps.map(\.step) == [1, 2])
  }

  @Test func `Nothing to train on is an error`() throws {
    let model = try TrainingKind.supervised.loadModel()
    let workspace = Workspace(threads: 1)
    let objective = SupervisedObjective(model: model, workspace: workspace, examples: [])
    let error = #expect(throws: Diagnostic.self) {
      try Trainer(options(), model: model, workspace: workspace, observer: SilentObserver()).run(objective)
    }
    #expect(error?.code == .noExamples)
  }

  @Test func `Clipping bounds the step's gradient, and zero leaves it`() throws {
    var options = options()
    options.maximumSteps = 1
    // A large epsilon makes the step proportional to the gradient.
    options.epsilon = 1e4
    options.learningRate = 1e7
    options.weightDecay = 0
    let start = try TrainingKind.supervised.loadModel().parameters.values.copy()
    func movement(limit: Double) throws -> Double {
      options.maximumGradientNorm = limit
      let moved = try train(.supervised, options)
      return zip(start, moved).reduce(0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }.squareRoot() / 1e3
    }
    let free = try movement(limit: 0)
    #expect(free > 0.5)
    let clipped = try movement(limit: 0.1)
    #expect(relativeDifference(clipped, 0.1) < 1e-3)
    #expect(try movement(limit: 1e6) == free)
  }
}
