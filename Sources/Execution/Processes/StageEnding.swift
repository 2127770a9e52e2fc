import Diagnostics
import Foundation

/// Everything known about how a stage's process ended, from which the outcome follows.
struct StageEnding {
  enum Status: Hashable {
    case exited(Int32)
    case signalled(Int32)
  }

  var status: Status
  /// `done`, `failed` or `cancelled`, if the process said so.
  var last: StageEvent?
  /// A line that was no event.
  var malformed: String?
  /// Whether this process killed it.
  var wasKilled: Bool
  var logTail: String

  var outcome: StageOutcome {
    if wasKilled { return .cancelled }
    switch (status, last) {
    case (.exited(0), .done) where malformed == nil: return .succeeded
    case (.exited, .cancelled): return .cancelled
    case (.exited(let code), .failed(let diagnostics)) where !diagnostics.isEmpty:
      return .failed(StageFailure(diagnostics, exitCode: code, logTail: logTail))
    case (.signalled(let signal), _): return .failed(failure(signal))
    case (.exited(let code), _):
      return .failed(StageFailure([protocolProblem(code)], exitCode: code, logTail: logTail))
    }
  }

  private func failure(_ signal: Int32) -> StageFailure {
    let diagnostic =
      signal == SIGKILL
      ? Diagnostic(.stageKilled, "the stage's process was killed by signal 9 (SIGKILL)")
      : Diagnostic(.stageCrashed, "the stage's process crashed with \(SignalWatch.name(of: signal))")
    return StageFailure([diagnostic], signal: signal, logTail: logTail)
  }

  private func protocolProblem(_ code: Int32) -> Diagnostic {
    if let malformed {
      return Diagnostic(.malformedEvents, "the stage's process sent something that is no event: \(malformed)")
    }
    if code == 0 {
      return Diagnostic(.malformedEvents, "the stage's process ended without saying whether it succeeded")
    }
    return Diagnostic(.stageFailed, "the stage's process ended with exit code \(code) and no explanation")
  }
}
