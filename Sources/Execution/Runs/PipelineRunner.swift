import Artifacts
import Diagnostics
import Foundation
import Lineage
import Pipeline

/// Carries out a plan: one thread takes in what happens, decides, and alone writes to the store.
public final class PipelineRunner {
  enum Message: Sendable {
    case event(stage: String, StageEvent)
    case ended(stage: String, StageOutcome)
    /// Another run let go of the key that a stage waits for.
    case unlocked(stage: String, Result<FileLock, any Error>)
    /// It is time to try a stage again.
    case retry(stage: String)
  }

  /// Seconds between two writes of metrics and progress.
  private static let flushInterval = 0.5

  let plan: Plan
  let database: LineageDatabase
  let objects: ObjectStore
  let executor: any StageExecutor
  let options: RunOptions
  let observe: (RunEvent) -> Void
  let run: ActiveRun
  let mailbox = Mailbox<Message>()
  var schedule: Schedule
  var contents: [InputBinding.Origin: Content]
  var active: [String: ActiveStage] = [:]
  var reports: [String: StageReport] = [:]
  var queue = StageQueue()
  let views: InputViews
  let interruption: RunInterruption
  private var handledRequests = 0
  private var lastFlush = ContinuousClock.now
  private var hasWarnedOfRecording = false

  /// Runs what a plan says and records it.
  ///
  /// - Parameter observe: called on this thread for everything that happens.
  /// - Throws: what keeps the run as a whole from going on; a stage that fails is part of the report.
  public static func run(
    _ plan: Plan, layout: StoreLayout, executor: any StageExecutor, options: RunOptions,
    interruption: RunInterruption = RunInterruption(), observe: @escaping (RunEvent) -> Void
  ) throws -> RunReport {
    let clock = ContinuousClock()
    let start = clock.now
    try layout.create()
    let database = try LineageDatabase(layout)
    let objects = ObjectStore(layout)
    try database.interruptAbandonedRuns()
    try objects.removeAbandoned()
    let (frozen, run) = try objects.withoutCollection {
      let frozen = try FrozenSources.freeze(plan.graph.sources, database: database, objects: objects)
      observe(.sourcesFrozen(count: frozen.records.count, seconds: (clock.now - start).inSeconds))
      let run = try database.begin(RunDescription(plan, options))
      try database.recordSources(frozen.records, of: run)
      return (frozen, run)
    }
    let runner = PipelineRunner(
      plan: plan, database: database, objects: objects, executor: executor, options: options,
      interruption: interruption, observe: observe, run: run, contents: frozen.contents)
    do {
      try runner.loop()
      let report = runner.report(seconds: (clock.now - start).inSeconds)
      try database.finish(run, report.state.recorded, seconds: report.seconds)
      return report
    } catch {
      runner.abandon()
      try? database.finish(run, .failed, seconds: (clock.now - start).inSeconds)
      throw error
    }
  }

  private init(
    plan: Plan, database: LineageDatabase, objects: ObjectStore, executor: any StageExecutor,
    options: RunOptions, interruption: RunInterruption, observe: @escaping (RunEvent) -> Void, run: ActiveRun,
    contents: [InputBinding.Origin: Content]
  ) {
    self.plan = plan
    self.database = database
    self.objects = objects
    self.executor = executor
    self.options = options
    self.interruption = interruption
    self.observe = observe
    self.run = run
    self.contents = contents
    views = InputViews(objects, in: objects.layout.work)
    schedule = Schedule(
      plan.graph.stages.map { ($0.name, $0.upstream) }, jobs: options.jobs, budget: options.budget,
      keepsGoing: options.keepsGoing)
  }

  // MARK: The loop

  private func loop() throws {
    interruption.listen()
    while true {
      handleInterruption()
      enforceTimeouts()
      while let name = schedule.takeUp() { try lookUp(name) }
      while let (name, threads) = schedule.begin() { try begin(name, threads: threads) }
      if schedule.isFinished { return }
      if let message = mailbox.take(before: .now() + .milliseconds(100)) { try handle(message) }
      if lastFlush.duration(to: .now).inSeconds >= Self.flushInterval { flush() }
    }
  }

  private func handle(_ message: Message) throws {
    switch message {
    case .event(let stage, let event): handle(event, of: stage)
    case .ended(let stage, let outcome):
      if let ended = active.removeValue(forKey: stage) { try end(ended, outcome) }
    case .unlocked(let stage, let result):
      try resume(stage, lock: result.get())
    case .retry(let stage): enqueue(stage)
    }
  }

  private func handleInterruption() {
    let requests = interruption.requests
    guard requests > handledRequests else { return }
    observe(.interrupting(again: requests > 1))
    handledRequests = requests
    schedule.stop()
    for stage in active.values { requests > 1 ? stage.running?.kill() : stage.running?.cancel() }
  }

  /// Ends every process after a failure of the store.
  private func abandon() { for stage in active.values { stage.running?.kill() } }

  // MARK: Events

  private func handle(_ event: StageEvent, of stage: String) {
    switch event {
    case .progress(let progress):
      active[stage]?.progress = progress
      observe(.progress(stage: stage, progress))
    case .resumed(let progress): noteResumption(of: stage, from: progress)
    case .saved(let progress): active[stage]?.saved = progress
    case .metric(let name, let step, let value):
      active[stage]?.record(MetricPoint(name: name, step: step, value: value))
    case .log(let level, let message): observe(.log(stage: stage, level, message))
    case .describe(let port, let facts): active[stage]?.facts[port] = facts
    case .usage(let usage): active[stage]?.usage = usage
    case .done, .failed, .cancelled: break
    }
  }

  /// Writes down what came in since the last time. A failure to do so is told once and fails nothing.
  private func flush() {
    lastFlush = .now
    for name in active.keys.sorted() {
      guard let stage = active[name] else { continue }
      do {
        try database.record(stage.unwritten, of: stage.execution)
        active[name]?.unwritten = []
        if let progress = stage.progress, progress != stage.writtenProgress {
          try database.record(ProgressRecord(progress), of: stage.execution)
          active[name]?.writtenProgress = progress
        }
      } catch  where !hasWarnedOfRecording {
        hasWarnedOfRecording = true
        observe(
          .warning(
            Diagnostic(.recordingFailed, "metrics could not be recorded: \(error)", severity: .warning)))
      } catch {}
    }
  }

  // MARK: The report

  func report(seconds: Double) -> RunReport {
    let stages = plan.graph.stages.map { node in
      reports[node.name] ?? StageReport(node, .notRun, reason: "the run was interrupted")
    }
    let state: RunReport.State =
      if stages.contains(where: { $0.state == .failed }) {
        .failed
      } else if stages.contains(where: { [.interrupted, .notRun].contains($0.state) }) {
        .interrupted
      } else if stages.contains(where: { !$0.meetsRequirements }) {
        .requirementFailed
      } else {
        .succeeded
      }
    return RunReport(
      run: run.id.text, pipeline: plan.graph.name, state: state, seconds: seconds, stages: stages,
      isNoOp: false)
  }
}

extension RunReport.State {
  fileprivate var recorded: RunState {
    switch self {
    case .succeeded: .succeeded
    case .failed, .requirementFailed: .failed
    case .interrupted: .interrupted
    }
  }
}

extension Duration {
  var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}

extension ProgressRecord {
  fileprivate init(_ progress: StageProgress) {
    self.init(done: progress.done, total: progress.total, unit: progress.unit, note: progress.note)
  }
}
