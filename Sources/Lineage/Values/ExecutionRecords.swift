import Artifacts
import JSONText

/// An execution that is about to start.
public struct ExecutionStart: Sendable, Hashable {
  public var stage: String
  public var kind: String
  public var kindVersion: Int
  public var key: CacheKey
  /// The canonical configuration, defaults expanded.
  public var configuration: JSON
  /// In the order of the manifest.
  public var inputs: [InputRecord]
  /// Why it runs, as the plan says it.
  public var reason: String
  public var attempt: Int
  /// What it is given and expected to need.
  public var usage: ExecutionUsage

  public init(
    stage: String, kind: String, kindVersion: Int, key: CacheKey, configuration: JSON,
    inputs: [InputRecord], reason: String = "", attempt: Int = 1, usage: ExecutionUsage = ExecutionUsage()
  ) {
    self.stage = stage
    self.kind = kind
    self.kindVersion = kindVersion
    self.key = key
    self.configuration = configuration
    self.inputs = inputs
    self.reason = reason
    self.attempt = attempt
    self.usage = usage
  }
}

/// Why an execution failed, and how its process ended.
public struct ExecutionFailure: Sendable, Hashable {
  /// A diagnostic's code, such as `E401`.
  public var code: String
  public var message: String
  /// nil if a signal ended the process, or there was none.
  public var exitCode: Int32?
  public var signal: Int32?
  /// The last lines of the stage's log.
  public var logTail: String

  public init(
    code: String, message: String, exitCode: Int32? = nil, signal: Int32? = nil, logTail: String = ""
  ) {
    self.code = code
    self.message = message
    self.exitCode = exitCode
    self.signal = signal
    self.logTail = logTail
  }
}

/// How a new result relates to what is known for its key.
public enum ResultStanding: Sendable, Hashable {
  /// The first result of the key; later runs use it.
  case canonical
  /// The same bytes as the canonical result.
  case repeated
  /// Other bytes than the canonical result, which stays: the stage is not deterministic.
  case different(from: ExecutionID)
}

/// The result that stands for a cache key.
public struct ActionResult: Sendable, Hashable {
  public var key: Digest
  public var execution: ExecutionID
  public var outputs: [OutputRecord]
  /// How long it took to make.
  public var seconds: Double

  /// The output of a port.
  public subscript(port: String) -> OutputRecord? { outputs.first { $0.port == port } }
}

/// What an execution took, to expect of the next one.
public struct ExecutionCost: Sendable, Hashable {
  public var seconds: Double
  /// Bytes of its outputs.
  public var bytes: Int64
  /// Bytes of memory at its peak; nil if it was not measured.
  public var peakMemory: Int?
}

/// What an earlier execution was made of, to compare with.
public struct PreviousAction: Sendable, Hashable {
  public var key: Digest
  public var execution: ExecutionID
  public var run: RunID
  public var state: ExecutionState
  /// Whether it is the stage itself, rather than another of its kind.
  public var isSameStage: Bool
  public var components: [KeyComponent]
}
