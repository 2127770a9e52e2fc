import Foundation
import JSONText
import Pipeline
import Stages
import Synchronization

/// Runs stage kinds in this process, on inputs of a test's own.
final class StageBench {
  let directory: URL

  init() throws {
    directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("plumb-stage-\(UUID().uuidString)", isDirectory: true)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: directory) }

  /// Writes a file and gives it as an input.
  func file(_ text: String, name: String, port: String, type: PortType) throws -> StageInput {
    let url = directory.appendingPathComponent(name)
    try Data(text.utf8).write(to: url)
    return StageInput(
      port: port, type: type, digest: String(repeating: "0", count: 64), path: url, label: "sources.\(name)",
      originalPath: name)
  }

  /// A directory, such as a model, as an input.
  func input(_ url: URL, port: String, name: String? = nil, type: PortType) -> StageInput {
    StageInput(
      port: port, name: name, type: type, digest: String(repeating: "0", count: 64), path: url,
      label: "sources.\(url.lastPathComponent)")
  }

  /// Problems of a kind's configuration, as `key message`.
  static func problems(
    _ kind: String, _ configuration: JSON, connected: Set<String> = []
  ) throws -> [String] {
    func look<Kind: StageKind>(_ kind: Kind.Type) -> [String] {
      let (decoded, problems) = Kind.Configuration.decode(configuration)
      guard problems.isEmpty else { return problems.map { "\($0.pathDescription) \($0.message)" } }
      return Kind.problems(in: decoded, connected: connected).map { "\($0.key) \($0.message)" }
    }
    return look(try known(kind))
  }

  struct UnknownKind: Error { let name: String }

  static func known(_ name: String) throws -> any StageKind.Type {
    guard let kind = StageRegistry.builtIn[name] else { throw UnknownKind(name: name) }
    return kind
  }

  /// Runs a stage to its end.
  ///
  /// - Parameters:
  ///   - checkpoints: what an earlier attempt left; nothing if nil.
  ///   - scores: where scores of rows outlast the stage; nowhere if nil.
  ///   - onProgress: called with how far the stage is, and may ask it to stop.
  /// - Returns: what it told, and the directory with its outputs by port.
  func run(
    _ kind: String, _ configuration: JSON, inputs: [StageInput], threads: Int = 1, checkpoints: URL? = nil,
    scores: URL? = nil,
    onProgress: @escaping @Sendable (StageProgress, StageCancellation) -> Void = { _, _ in }
  ) throws -> (events: RecordedEvents, outputs: URL) {
    let outputs = directory.appendingPathComponent("out-\(UUID().uuidString)", isDirectory: true)
    let checkpoints = checkpoints ?? directory.appendingPathComponent("checkpoints-\(UUID().uuidString)")
    for url in [outputs, checkpoints] {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }
    let cancellation = StageCancellation()
    let events = RecordedEvents { onProgress($0, cancellation) }
    try Self.known(kind).run(
      canonical: configuration,
      in: StageContext(
        stage: kind, inputs: inputs, outputDirectory: outputs, checkpointDirectory: checkpoints,
        scoreDirectory: scores, threads: threads, events: events, cancellation: cancellation))
    return (events, outputs)
  }
}

/// Keeps what a stage tells.
final class RecordedEvents: StageEventSink {
  private let series = Mutex<[(name: String, step: Int, value: Double)]>([])
  private let lines = Mutex<[(level: StageLogLevel, message: String)]>([])
  private let facts = Mutex<[String: JSON]>([:])
  private let places = Mutex<[StageProgress]>([])
  private let onProgress: @Sendable (StageProgress) -> Void

  init(onProgress: @escaping @Sendable (StageProgress) -> Void = { _ in }) { self.onProgress = onProgress }

  func progress(_ progress: StageProgress) { onProgress(progress) }
  func resumed(_ progress: StageProgress) { places.withLock { $0.append(progress) } }
  func saved(_ progress: StageProgress) {}
  func metric(_ name: String, step: Int, value: Double) {
    series.withLock { $0.append((name, step, value)) }
  }
  func log(_ level: StageLogLevel, _ message: String) { lines.withLock { $0.append((level, message)) } }
  func describe(port: String, _ facts: JSON) { self.facts.withLock { $0[port] = facts } }

  /// Values of a series in order.
  func values(_ name: String) -> [Double] { series.withLock { $0.filter { $0.name == name }.map(\.value) } }
  /// All points in order, as `name step bits`.
  var points: [String] {
    series.withLock { $0.map { "\($0.name) \($0.step) \($0.value.bitPattern)" } }
  }
  /// Where the stage went on, if it did.
  var resumptions: [StageProgress] { places.withLock { $0 } }
  /// Names of all series.
  var names: Set<String> { series.withLock { Set($0.map(\.name)) } }
  var informations: [String] {
    lines.withLock { $0.filter { $0.level == .info }.map(\.message) }
  }
  var warnings: [String] {
    lines.withLock { $0.filter { $0.level == .warning }.map(\.message) }
  }
  func facts(_ port: String) -> JSON { facts.withLock { $0[port] ?? .null } }
}
