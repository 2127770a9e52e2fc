import Artifacts
import Diagnostics
import Execution
import Foundation
import JSONText
import Pipeline
import Synchronization

/// Joins its inputs, or misbehaves as it is told.
struct Join: StageKind {
  enum Mode: String, CaseIterable, Sendable { case join, constant, fail, silent, wait }

  struct Configuration: Configurable {
    var mode = Mode.join
    var note = ""
    static var fields: [Field<Self>] {
      [.choice("mode", \.mode, "What to do."), .string("note", \.note, "Added to the text.")]
    }
  }

  static let name = "join"
  static let version = 1
  static let summary = "Joins texts."
  static let inputs = [InputPort("text", [.text], .many, summary: "Texts.")]
  static let outputs = [OutputPort("text", .text, summary: "The texts, one after the other.")]
  /// How often each stage ran, by name.
  static let runs = Mutex<[String: Int]>([:])

  static func audit(_ configuration: Configuration, inputs: [StageInput]) -> StageAudit {
    let diagnostics = inputs.filter { input in
      (try? String(contentsOf: input.path, encoding: .utf8))?.contains("bad") == true
    }.map {
      Diagnostic(
        DiagnosticCode("E199", "a bad row"), "bad text", at: SourceLocation(file: $0.originalPath ?? $0.label)
      )
    }
    return StageAudit(diagnostics: diagnostics, notes: inputs.map(\.label))
  }

  static func run(_ configuration: Configuration, in context: StageContext) throws {
    runs.withLock { $0[context.stage, default: 0] += 1 }
    context.events.progress(StageProgress(done: 1, total: 2, unit: "texts"))
    context.events.metric("loss", step: 1, value: 2)
    context.events.metric("loss", step: 2, value: 0.5)
    var text = ""
    switch configuration.mode {
    case .join:
      for input in context.inputs("text") { text += try String(contentsOf: input.path, encoding: .utf8) }
      text += configuration.note
    case .constant: text = "constant"
    case .fail: throw Diagnostic(DiagnosticCode("E599", "a test"), "it went wrong")
    case .silent: return
    case .wait:
      while true {
        try context.cancellation.check()
        usleep(2000)
      }
    }
    context.events.describe(port: "text", ["bytes": .integer(text.utf8.count)])
    try Data(text.utf8).write(to: context.output("text"))
  }
}

/// Runs stages on threads of this process.
struct ThreadExecutor: StageExecutor {
  final class Running: RunningStage {
    let cancellation = StageCancellation()
    var processID: Int32? { nil }
    func cancel() { cancellation.request() }
    func kill() { cancellation.request() }
  }

  struct Sink: StageEventSink {
    let send: @Sendable (StageEvent) -> Void
    func progress(_ progress: StageProgress) { send(.progress(progress)) }
    func resumed(_ progress: StageProgress) { send(.resumed(progress)) }
    func saved(_ progress: StageProgress) { send(.saved(progress)) }
    func metric(_ name: String, step: Int, value: Double) {
      send(.metric(name: name, step: step, value: value))
    }
    func log(_ level: StageLogLevel, _ message: String) { send(.log(level, message)) }
    func describe(port: String, _ facts: JSON) { send(.describe(port: port, facts: facts)) }
  }

  /// Called before a stage runs, with its name.
  var onStart: @Sendable (String) -> Void = { _ in }

  func start(
    _ request: StageRequest, in directory: URL, onEvent: @escaping @Sendable (StageEvent) -> Void,
    onEnd: @escaping @Sendable (StageOutcome) -> Void
  ) throws -> any RunningStage {
    let running = Running()
    Thread.detachNewThread {
      let context = StageContext(
        stage: request.stage, inputs: request.inputs, outputDirectory: request.outputDirectory,
        checkpointDirectory: request.checkpointDirectory, threads: request.threads,
        events: Sink(send: onEvent),
        cancellation: running.cancellation)
      onStart(request.stage)
      do {
        try Join.run(canonical: request.configuration, in: context)
        onEnd(.succeeded)
      } catch is StageCancelled {
        onEnd(.cancelled)
      } catch {
        onEnd(.failed(StageFailure((error as? Diagnostic).map { [$0] } ?? [])))
      }
    }
    return running
  }
}

/// A directory with a source, manifests and a store; removed with the value.
final class Workshop: Sendable {
  let url: URL
  var layout: StoreLayout { StoreLayout(root: url.appendingPathComponent(".plumb", isDirectory: true)) }

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("workshop-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    try write("seed\n")
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func write(_ text: String) throws { try Data(text.utf8).write(to: url.appendingPathComponent("seed.txt")) }

  /// A graph of `join` stages: lines such as `b: {text: "${a}"}`.
  func graph(_ stages: String) throws -> StageGraph {
    var text = "plumbline: 1\nname: shop\nsources: {seed: {path: seed.txt, type: text}}\nstages:\n"
    for line in stages.split(separator: "\n") {
      text += "  " + line.replacing("{", with: "{kind: join, ", maxReplacements: 1) + "\n"
    }
    return try StageGraph.resolve(
      text: text, manifest: url.appendingPathComponent("m.yaml"), displayPath: "m.yaml",
      registry: StageRegistry([Join.self]))
  }

  func plan(_ graph: StageGraph, forced: Set<String> = []) throws -> StorePlan {
    try StorePlan.make(graph, layout: layout, forced: forced)
  }

  func run(
    _ stages: String, options: RunOptions = RunOptions(manifestPath: "m.yaml"),
    executor: any StageExecutor = ThreadExecutor(), interruption: RunInterruption = RunInterruption(),
    observe: @escaping (RunEvent) -> Void = { _ in }
  ) throws -> RunReport {
    let plan = try plan(try graph(stages), forced: options.forced)
    return try PipelineRunner.run(
      plan.plan, layout: layout, executor: executor, options: options, interruption: interruption,
      observe: observe)
  }
}

extension RunReport {
  /// Stages with their states, such as `a succeeded`.
  var states: [String] { stages.map { "\($0.name) \($0.state.rawValue)" } }
}
