import ArgumentParser
import Artifacts
import Diagnostics
import Execution

/// What the program's exit code says.
enum ExitStatus: Int32 {
  case success = 0
  /// A stage failed, or a command could not do what it was asked to.
  case failed = 1
  /// `plan`: a run would have something to do.
  case pending = 2
  /// The manifest, its data or a model directory is wrong; nothing was run.
  case invalidInput = 3
  /// A requirement does not hold.
  case requirementFailed = 4
  /// Objects in the store are damaged or missing.
  case damaged = 7
  /// The command line or an environment variable is not valid (sysexits.h: EX_USAGE).
  case usage = 64
  /// Stopped by Ctrl-C, SIGTERM or SIGHUP, after saving what there was.
  case interrupted = 130

  var code: ExitCode { ExitCode(rawValue) }

  /// The exit code for errors that were thrown, by the room of the first one's code.
  init(for diagnostics: [Diagnostic]) {
    guard let code = diagnostics.first(where: { $0.severity == .error })?.code else {
      self = .failed
      return
    }
    switch code {
    case .objectDamaged, .objectMissing: self = .damaged
    case .usage, .badEnvironment: self = .usage
    case .requirementFailed: self = .requirementFailed
    case .doesNotFit: self = .invalidInput
    default:
      let digits = code.rawValue.dropFirst()
      self = ["0", "1", "2"].contains(digits.prefix(1)) ? .invalidInput : .failed
    }
  }
}
