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
  /// - Returns: what it told, and the directory with its outputs by port.
  func run(
    _ kind: String, _ configuration: JSON, inputs: [StageInput], threads: Int = 1
  ) throws -> (events: RecordedEvents, outputs: URL) {
    let outputs = directory.appendingPathComponent("out-\(UUID().uuidString)", isDirectory: true)
    let checkpoints = directory.appendingPathComponent("checkpoints-\(UUID().uuidString)", isDirectory: true)
    for url in [outputs, checkpoints] {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }
    let events = RecordedEvents()
    try Self.known(kind).run(
      canonical: configuration,
      in: StageContext(
        stage: kind, inputs: inputs, outputDirectory: outputs, checkpointDirectory: checkpoints,
        threads: threads, events: events, cancellation: StageCancellation()))
    return (events, outputs)
  }
}

/// Keeps what a stage tells.
final class RecordedEvents: StageEventSink {
  private let series = Mutex<[(name: String, step: Int, value: Double)]>([])
  private let lines = Mutex<[(level: StageLogLevel, message: String)]>([])
  private let facts = Mutex<[String: JSON]>([:])

  func progress(_ progress: StageProgress) {}
  func metric(_ name: String, step: Int, value: Double) {
    series.withLock { $0.append((name, step, value)) }
  }
  func log(_ level: StageLogLevel, _ message: String) { lines.withLock { $0.append((level, message)) } }
  func describe(port: String, _ facts: JSON) { self.facts.withLock { $0[port] = facts } }

  /// Values of a series in order.
  func values(_ name: String) -> [Double] { series.withLock { $0.filter { $0.name == name }.map(\.value) } }
  /// Names of all series.
  var names: Set<String> { series.withLock { Set($0.map(\.name)) } }
  var warnings: [String] {
    lines.withLock { $0.filter { $0.level == .warning }.map(\.message) }
  }
  func facts(_ port: String) -> JSON { facts.withLock { $0[port] ?? .null } }
}
