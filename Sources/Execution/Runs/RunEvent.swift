import Artifacts
import Diagnostics
import Pipeline

/// What happens during a run, for whoever shows it.
public enum RunEvent: Sendable {
  /// The sources are in the store; edits from now on change nothing.
  case sourcesFrozen(count: Int, seconds: Double)
  case started(stage: String, reason: String)
  /// What the stage would make is being made: by a stage of this run, or by another run if it is nil.
  case waiting(stage: String, maker: String?)
  /// An attempt failed for a reason that is none of the stage's own; the next one follows after some seconds.
  case retrying(stage: String, StageFailure, attempt: Int, seconds: Double)
  /// The stage has run for as long as it may and is asked to stop.
  case timedOut(stage: String, limit: TimeSpan)
  case progress(stage: String, StageProgress)
  /// The stage goes on from a checkpoint of an earlier attempt.
  case resumed(stage: String, StageProgress)
  case log(stage: String, StageLogLevel, String)
  case finished(StageReport)
  /// The run was asked to stop; the second time, stages are killed.
  case interrupting(again: Bool)
  case warning(Diagnostic)
}

/// What became of a stage in a run.
public struct StageReport: Sendable {
  public enum State: String, Sendable, Hashable {
    case succeeded, cached, failed
    /// A stage that it needs failed.
    case skipped
    case interrupted
    /// The run ended before it began.
    case notRun = "not run"
  }

  public struct Metric: Sendable, Hashable {
    public var name: String
    public var value: Double
  }

  /// A requirement and the figure that was found.
  public struct Verdict: Sendable, Hashable {
    public var requirement: Requirement
    /// Nil if the stage has no such metric.
    public var value: Double?
    public var holds: Bool
  }

  public var name: String
  public var kind: String
  public var option: String?
  public var state: State
  public var reason: String
  public var key: Digest?
  /// How far an earlier attempt had come whose checkpoint this one went on from.
  public var resumedFrom: StageProgress?
  /// What this run spent on it; 0 for a cached stage.
  public var seconds: Double
  /// Content by output port, in the order of the ports.
  public var outputs: [(port: String, type: PortType, digest: Digest)]
  /// Last points of the recorded series.
  public var metrics: [Metric]
  public var verdicts: [Verdict]
  /// Whether every requirement holds.
  public var meetsRequirements: Bool { verdicts.allSatisfy(\.holds) }
  public var failure: StageFailure?

  init(_ node: StageNode, _ state: State, reason: String, key: Digest? = nil) {
    name = node.name
    kind = node.kindName
    option = node.option
    self.state = state
    self.reason = reason
    self.key = key
    seconds = 0
    outputs = []
    metrics = []
    verdicts = []
  }
}
