import Diagnostics
import Foundation

/// Runs stages somewhere: in a process of this machine, or in memory for a test.
public protocol StageExecutor: Sendable {
  /// Starts a stage.
  ///
  /// - Parameters:
  ///   - directory: a working directory that exists as long as the stage runs.
  ///   - onEvent: called for every event, in order, on any thread.
  ///   - onEnd: called once, after the last event.
  /// - Throws: `Diagnostic` if the stage cannot be started; then neither closure is called.
  func start(
    _ request: StageRequest, in directory: URL, onEvent: @escaping @Sendable (StageEvent) -> Void,
    onEnd: @escaping @Sendable (StageOutcome) -> Void
  ) throws -> any RunningStage
}

/// A stage that was started.
public protocol RunningStage: Sendable {
  /// Nil for a stage without a process of its own.
  var processID: Int32? { get }
  /// Asks the stage to stop at its next safe point.
  func cancel()
  /// Ends the stage at once.
  func kill()
}

/// How a stage ended.
public enum StageOutcome: Sendable, Hashable {
  /// It says that its outputs are complete.
  case succeeded
  /// It stopped because it was asked to.
  case cancelled
  case failed(StageFailure)
}

/// Why a stage failed, and how its process ended.
public struct StageFailure: Sendable, Hashable {
  /// At least one.
  public var diagnostics: [Diagnostic]
  /// Nil if a signal ended the process, or there was none.
  public var exitCode: Int32?
  public var signal: Int32?
  /// The last lines that the process printed.
  public var logTail: String

  public init(
    _ diagnostics: [Diagnostic], exitCode: Int32? = nil, signal: Int32? = nil, logTail: String = ""
  ) {
    self.diagnostics = diagnostics
    self.exitCode = exitCode
    self.signal = signal
    self.logTail = logTail
  }
}
