import Diagnostics
import Foundation
import JSONText

/// Runs every stage in a child process of its own: a crash is a failed stage, and memory comes back.
public struct ProcessExecutor: StageExecutor {
  private let executable: String
  private let arguments: [String]

  /// - Parameters:
  ///   - executable: the program to start; by default the very file that this process runs, even if another has
  ///     taken its path.
  ///   - arguments: come before the path of the request.
  public init(executable: String = "/proc/self/exe", arguments: [String] = ["stage"]) {
    self.executable = executable
    self.arguments = arguments
  }

  public func start(
    _ request: StageRequest, in directory: URL, onEvent: @escaping @Sendable (StageEvent) -> Void,
    onEnd: @escaping @Sendable (StageOutcome) -> Void
  ) throws -> any RunningStage {
    let file = directory.appendingPathComponent("request.json")
    let log = directory.appendingPathComponent("log.txt")
    do { try Data(request.json.pretty.utf8).write(to: file) } catch {
      throw Diagnostic(
        .cannotStart, "cannot write the request of '\(request.stage)': \(error.localizedDescription)")
    }
    let child = try ChildProcess(executable: executable, arguments: arguments + [file.path], log: log.path)
    Thread.detachNewThread {
      var reader = EventReader(descriptor: child.events)
      var last: StageEvent?
      var isMeasured = false
      let malformed = reader.readAll { event in
        switch event {
        case .done, .failed, .cancelled: last = event
        case .usage:
          isMeasured = true
          onEvent(event)
        case .progress, .resumed, .saved, .metric, .log, .describe: onEvent(event)
        }
      }
      let (status, usage) = child.wait()
      if !isMeasured { onEvent(.usage(usage)) }
      let ending = StageEnding(
        status: status, last: last, malformed: malformed, wasKilled: child.wasKilled,
        logTail: LogTail.read(log.path))
      onEnd(ending.outcome)
    }
    return child
  }
}

/// The last lines of a stage's log.
enum LogTail {
  private static let maximumBytes = 8192
  private static let maximumLines = 20

  static func read(_ path: String) -> String {
    guard let file = FileHandle(forReadingAtPath: path) else { return "" }
    defer { try? file.close() }
    let size = (try? file.seekToEnd()) ?? 0
    try? file.seek(toOffset: size > maximumBytes ? size - UInt64(maximumBytes) : 0)
    let data = (try? file.readToEnd()) ?? Data()
    let lines = String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    let kept = lines.suffix(maximumLines + 1).joined(separator: "\n")
    return kept.trimmingCharacters(in: .newlines)
  }
}
