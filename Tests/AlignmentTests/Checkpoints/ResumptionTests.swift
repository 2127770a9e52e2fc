import Alignment
import Compute
import DataLoading
import Diagnostics
import LanguageModels
import TestSupport
import Testing

/// A training that is interrupted anywhere and goes on ends with the same bits and has told the same figures.
@Suite(.tags(.determinism)) struct ResumptionTests {
  /// Runs a training to its end, in one piece and in many.
  ///
  /// - Parameter run: starts the training anew, as a fresh process does, and returns all that it makes, as numbers.
  private func expectResumption(
    at location: Testing.SourceLocation = #_sourceLocation,
    _ run: (_ observer: any TrainingObserver, _ threads: Int) throws -> [[Float]]
  ) throws {
    let whole = InterruptibleObserver()
    let wanted = try run(whole, 2).map { $0.map(\.bitPattern) }
    let count = whole.safePoints
    #expect(count > 2 && whole.resumptions.isEmpty && !whole.points.isEmpty, sourceLocation: location)
    // Interrupted once, at each of the safe points.
    for end in 0..<count {
      let observer = InterruptibleObserver(end: end)
      #expect(throws: InterruptibleObserver.Interruption.self, sourceLocation: location) {
        try run(observer, 2)
      }
      #expect((observer.checkpoint == nil) == (end == 0), sourceLocation: location)
      observer.begin(end: nil)
      // Another number of threads, too.
      let found = try run(observer, 1 + end % 3)
      #expect(found.map { $0.map(\.bitPattern) } == wanted, "after \(end)", sourceLocation: location)
      #expect(observer.points == whole.points, "after \(end)", sourceLocation: location)
      #expect(observer.resumptions.count == (end == 0 ? 0 : 1), sourceLocation: location)
    }
    // Interrupted at every safe point, one after the other.
    let observer = InterruptibleObserver(end: 1)
    var attempts = 0
    while true {
      observer.begin(end: 1)
      attempts += 1
      guard let found = try? run(observer, 2) else { continue }
      #expect(found.map { $0.map(\.bitPattern) } == wanted, sourceLocation: location)
      break
    }
    #expect(attempts == count && observer.points == whole.points, sourceLocation: location)
    #expect(observer.resumptions == observer.resumptions.sorted(), sourceLocation: location)
  }

  private func options(_ change: (inout TrainingOptions) -> Void = { _ in }) -> TrainingOptions {
    var options = TrainingOptions(learningRate: 2e-3)
    options.batchSize = 4
    options.maximumSteps = 5
    options.weightDecay = 0.1
    options.loggingSteps = 2
    change(&options)
    return options
  }

  private func train(
    _ options: TrainingOptions, _ observer: any TrainingObserver, threads: Int,
    model: LanguageModel, _ make: (LanguageModel, Workspace) throws -> any TrainingObjective
  ) throws -> [[Float]] {
    let workspace = Workspace(threads: threads)
    let figures = try Trainer(options, model: model, workspace: workspace, observer: observer)
      .run(make(model, workspace))
    return [model.parameters.values.copy(), figures.map { Float($0.value) }]
  }

  @Test(arguments: TrainingKind.allCases)
  func `A training goes on from any step to the same bits`(kind: TrainingKind) throws {
    try expectResumption { observer, threads in
      try train(options(), observer, threads: threads, model: kind.loadModel()) { model, workspace in
        try kind.makeObjective(model, workspace, examples: 7, held: 2)
      }
    }
  }

  @Test(arguments: [0, 1])
  func `The best model, its figures and the patience are kept`(patience: Int) throws {
    try expectResumption { observer, threads in
      let options = options { options in
        options.evaluationSteps = 1
        options.best.isKept = true
        options.best.metric = "entropy"
        options.best.greaterIsBetter = false
        options.best.patience = patience
        options.learningRate = 0.05
      }
      return try train(options, observer, threads: threads, model: TrainingKind.supervised.loadModel()) {
        try TrainingKind.supervised.makeObjective($0, $1, examples: 8, held: 3)
      }
    }
  }

  @Test func `A reference that follows its policy, and what it said of rows, are kept`() throws {
    try expectResumption { observer, threads in
      let model = try TrainingKind.loadModel(.vocabulary)
      let reference = try TrainingKind.reference()
      var rows = SeededRows(model, seed: 3)
      let pairs = (1...7).map { rows.pair(line: $0) }
      let weights = try train(options(), observer, threads: threads, model: model) { model, workspace in
        PreferenceObjective(
          model: model,
          reference: .resident(reference, synchronization: ReferenceSynchronization(mixup: 0.3, steps: 2)),
          workspace: workspace, examples: Array(pairs[..<5]), validation: Array(pairs[5...]),
          method: PreferenceMethod(loss: SigmoidPreferenceLoss(beta: 0.3), beta: 0.3))
      }
      return weights + [reference.parameters.values.copy()]
    }
  }

  @Test func `Rated answers against a resident reference go on to the same bits`() throws {
    try expectResumption { observer, threads in
      let model = try TrainingKind.loadModel(.vocabulary)
      var rows = SeededRows(model, seed: 4)
      let rated = (1...9).map { rows.feedback(line: $0) }
      return try train(options(), observer, threads: threads, model: model) { model, workspace in
        FeedbackObjective(
          model: model, reference: .resident(try TrainingKind.reference()), workspace: workspace,
          examples: Array(rated[..<7]), validation: Array(rated[7...]),
          loss: ProspectLoss(beta: 0.3), maximumLength: 24)
      }
    }
  }

  @Test func `An adapter goes on with its dropout, and its checkpoint holds the adapter alone`() throws {
    func load() throws -> LanguageModel {
      var lora = LowRankOptions()
      (lora.rank, lora.dropout) = (2, 0.2)
      return try LanguageModel.load(
        directory: Golden.committed.appendingPathComponent("models/llama"), head: .vocabulary,
        adapters: .trained(lora, base: nil))
    }
    try expectResumption { observer, threads in
      try train(options(), observer, threads: threads, model: load()) {
        try TrainingKind.supervised.makeObjective($0, $1, examples: 7, held: 2)
      }
    }
    let observer = InterruptibleObserver(end: 3)
    let model = try load()
    _ = try? train(options(), observer, threads: 2, model: model) {
      try TrainingKind.supervised.makeObjective($0, $1)
    }
    let bytes = 3 * 4 * model.parameters.trainedValues.count
    let size = try #require(observer.checkpoint).count
    #expect((bytes..<bytes + 8192).contains(size), "\(size) bytes for \(bytes) of state")
  }

  // MARK: Online

  @Test(arguments: [PPOOptions.Conventions.plumbline, .trl])
  func `PPO goes on from any mini-batch of an update to the same bits`(conventions: PPOOptions.Conventions)
    throws
  {
    try expectResumption { observer, threads in
      let policy = try TrainingKind.loadModel(.vocabulary)
      let reward = try TrainingKind.loadModel(.scalar)
      let value = reward.copy()
      var rows = SeededRows(policy, seed: 9)
      let prompts = (1...5).map { rows.prompt(line: $0) }
      var ppo = PPOOptions()
      ppo.conventions = conventions
      ppo.responseLength = 6
      ppo.ppoEpochs = 2
      ppo.miniBatches = 2
      ppo.whitensRewards = true
      if conventions == .plumbline { ppo.klTarget = 0.1 }
      ppo.klHorizon = 20
      let training = options { $0.maximumSteps = 3 }
      let workspace = Workspace(threads: threads)
      let trainer = try PPOTrainer(
        policy: policy, reference: policy.copy(), rewardModel: RewardModel(reward), valueModel: value,
        options: training, ppo: ppo, workspace: workspace)
      let loop = RolloutLoop(training, sampling: trainer.sampling, workspace: workspace, observer: observer)
      var last: [Rollout] = []
      try loop.run(trainer, on: prompts) { last = $0 }
      return [policy.parameters.values.copy(), value.parameters.values.copy()]
        + last.map { $0.logProbabilities + $0.advantages.map(Float.init) + [Float($0.score)] }
    }
  }

  @Test(arguments: [false, true])
  func `Group training goes on from any step, and after rollbacks`(rollsBack: Bool) throws {
    for objective in [GroupRelativeLoss(), LeaveOneOutLoss()] as [any GroupObjective] {
      try expectResumption { observer, threads in
        var setup = GroupSetup()
        setup.objective = objective
        setup.threads = threads
        setup.training.maximumSteps = 5
        setup.group.iterations = 2
        setup.group.maximumCompletionLength = 5
        // A limit that some batches cross and some do not.
        if rollsBack { setup.watchdogs.ratio = Watchdog(maximum: 1, action: .rollback) }
        let outcome = try setup.run(observer: observer)
        return [outcome.weights, [Float(outcome.report.rollbacks), Float(outcome.report.crossings.count)]]
      }
    }
  }

  // MARK: Checkpoints of others

  @Test func `A checkpoint of another form is taken away with an error that says what to do`() throws {
    let observer = InterruptibleObserver(end: 2)
    func run() throws {
      _ = try train(options(), observer, threads: 1, model: TrainingKind.supervised.loadModel()) {
        try TrainingKind.supervised.makeObjective($0, $1)
      }
    }
    try? run()
    observer.checkpoint = try #require(observer.checkpoint).dropLast()
    observer.begin(end: nil)
    let error = #expect(throws: Diagnostic.self) { try run() }
    #expect(error?.code == .foreignCheckpoint && observer.checkpoint == nil)
    try run()
    #expect(observer.resumptions.isEmpty)
  }
}
