import Foundation
import JSONText
import Pipeline

/// Writes what a stage tells into its log, too, so that the tail of a failed stage's log shows how far it came.
struct StageLog: StageEventSink {
  private let sink: any StageEventSink

  init(passingOnTo sink: any StageEventSink) { self.sink = sink }

  func progress(_ progress: StageProgress) {
    let note = progress.note.isEmpty ? "" : "  \(progress.note)"
    write("\(progress.done)/\(progress.total) \(progress.unit)\(note)")
    sink.progress(progress)
  }

  func resumed(_ progress: StageProgress) {
    write("resumed from \(progress.done)/\(progress.total) \(progress.unit)")
    sink.resumed(progress)
  }

  func saved(_ progress: StageProgress) { sink.saved(progress) }

  func metric(_ name: String, step: Int, value: Double) { sink.metric(name, step: step, value: value) }

  func log(_ level: StageLogLevel, _ message: String) {
    write("\(level.rawValue): \(message)")
    sink.log(level, message)
  }

  func describe(port: String, _ facts: JSON) { sink.describe(port: port, facts) }

  /// Standard error is the log of a stage's process. A line that cannot be written is no reason to fail.
  private func write(_ line: String) {
    try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8))
  }
}
