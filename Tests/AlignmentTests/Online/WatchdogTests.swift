import Alignment
import Compute
import DataLoading
import LanguageModels
import TestSupport
import Testing

@Suite struct WatchdogTests {
  /// Learns nothing: reports one figure per batch from a list, and counts what it was told.
  private final class ScriptedUpdate: PolicyUpdate {
    let policy: LanguageModel
    let values: [Double]
    /// Batches learnt from since the start or the state that was brought back.
    var learnt = 0
    var rates: [Double] = []

    init(_ values: [Double]) throws {
      policy = try TrainingKind.loadModel(.vocabulary)
      self.values = values
    }

    var readers: [LanguageModel] { [policy] }
    var answersPerPrompt: Int { 1 }
    var stepsPerBatch: Int { 1 }
    var optimizerSteps: Int { 1 }
    private var batch = 0
    var watched: [Watchdogs.Figure: String] { [.kl: "kl", .ratio: "r", .entropy: "e", .length: "l"] }

    func prepare(_ rollouts: inout [Rollout], batch: Int) { self.batch = batch }

    func takeStep(_ index: Int, on rollouts: [Rollout], batch: Int, learningRate: Double) {
      learnt += 1
      rates.append(learningRate)
    }

    func finish(_ rollouts: [Rollout], learningRates: [Double]) -> [[Metric]] {
      [[Metric("kl", values[batch])]]
    }

    func carryLearning(_ state: CheckpointCoder) throws { try state.value("learnt", &learnt) }
    func carryFigures(_ state: CheckpointCoder) throws {}
  }

  private func run(_ update: ScriptedUpdate, _ action: Watchdog.Action, _ observer: RecordingObserver) throws
    -> WatchdogReport
  {
    var options = TrainingOptions(learningRate: 1)
    options.schedule = .constant
    options.batchSize = 1
    options.maximumSteps = update.values.count
    var watchdogs = Watchdogs()
    watchdogs.kl = Watchdog(minimum: -1, maximum: 4, action: action)
    let sampling = RolloutSampling(maximumTokens: 1, lengthKey: "length", temperature: 1, endIDs: [])
    let loop = RolloutLoop(
      options, sampling: sampling, watchdogs: watchdogs, workspace: Workspace(threads: 1),
      observer: observer)
    return try loop.run(update, on: [TokenizedPrompt(ids: [5, 6], text: "", line: 1)]) { _ in }
  }

  @Test func `A warning comes once per crossing, not at every step beyond`() throws {
    let observer = RecordingObserver()
    let report = try run(ScriptedUpdate([1, 5, 6, 4, -2, 1]), .warn, observer)
    #expect(report.crossings.map(\.step) == [2, 5] && !report.hasStopped)
    #expect(
      observer.warnings == [
        "step 2: kl is 5.0, above the watchdog's limit 4.0",
        "step 5: kl is -2.0, below the watchdog's limit -1.0",
      ])
    #expect(observer.steps.compactMap { $0.metrics["watchdog/crossings"] } == [0, 1, 1, 1, 2, 2])
  }

  @Test func `A stop ends the training with what was learnt so far`() throws {
    let update = try ScriptedUpdate([1, 2, 9, 1])
    let observer = RecordingObserver()
    let report = try run(update, .stop, observer)
    #expect(report.hasStopped && update.learnt == 3 && observer.steps.count == 3)
    #expect(report.crossings.map(\.value) == [9])
  }

  @Test func `A rollback goes back to before the last good batch, and halves the learning rate`() throws {
    let update = try ScriptedUpdate([1, 2, 9, 1, 1])
    let observer = RecordingObserver()
    let report = try run(update, .rollback, observer)
    // The policy that the second batch found good had learnt from one batch.
    #expect(update.learnt == 3 && update.rates == [1, 1, 1, 0.5, 0.5])
    #expect(report.rollbacks == 1 && !report.hasStopped)
    #expect(observer.steps.last?.metrics["watchdog/rollbacks"] == 1)
  }

  @Test func `After three rollbacks the next crossing ends the training, at the last good state`() throws {
    let update = try ScriptedUpdate([1, 1, 9, 9, 9, 9, 1])
    let report = try run(update, .rollback, RecordingObserver())
    #expect(report.hasStopped && report.rollbacks == 3 && update.learnt == 1)
    #expect(update.rates == [1, 1, 1, 0.5, 0.25, 0.125])
  }

  @Test func `A figure that is not a number crosses every limit`() throws {
    let report = try run(ScriptedUpdate([.nan, 1]), .stop, RecordingObserver())
    #expect(report.hasStopped)
  }

  @Test func `A rollback brings back weights and optimiser to the bit`() throws {
    var setup = GroupSetup()
    setup.training.maximumSteps = 8
    setup.watchdogs.length = Watchdog(maximum: 0, action: .rollback)
    let outcome = try setup.run()
    #expect(outcome.report.hasStopped && outcome.report.crossings.count == 4)
    #expect(outcome.weights == (try TrainingKind.loadModel(.vocabulary).parameters.values.copy()))
  }

  @Test func `Watchdogs that see nothing change nothing`() throws {
    var setup = GroupSetup()
    let plain = try setup.run()
    setup.watchdogs.length = Watchdog(maximum: 1_000, action: .rollback)
    let watched = try setup.run()
    #expect(plain.weights == watched.weights && watched.report.crossings.isEmpty)
  }
}
