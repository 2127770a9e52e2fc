import Artifacts
import Foundation
import JSONText

/// A run in a list.
public struct RunRecord: Sendable, Hashable {
  public var id: RunID
  public var pipeline: String
  public var manifestPath: String
  public var state: RunState
  public var startedAt: Date
  /// nil while it runs, and for a run whose process died.
  public var seconds: Double?
  /// How many executions ended in each state.
  public var counts: [ExecutionState: Int]
}

/// Everything known of a run.
public struct RunDetail: Sendable, Hashable {
  public var summary: RunRecord
  public var manifestDigest: Digest
  public var manifestText: String
  public var parameters: JSON
  public var choices: JSON
  public var targets: [String]
  public var environment: JSON
  public var owner: ProcessIdentity
  /// In topological order.
  public var stages: [RunStage]
  public var sources: [SourceRecord]
  public var requirements: [RequirementRecord]
}

/// A stage of a run: what the plan said and what became of it.
public struct RunStage: Sendable, Hashable {
  public var plan: StagePlanRecord
  /// The last attempt; nil if the run has not come to it, or ended before.
  public var execution: ExecutionDetail?
}

/// Everything known of an execution, except its series.
public struct ExecutionDetail: Sendable, Hashable {
  public var id: ExecutionID
  public var run: RunID
  public var stage: String
  public var kind: String
  /// The version of the kind that ran; nil if it did not come to that.
  public var kindVersion: Int?
  public var key: Digest?
  public var attempt: Int
  public var state: ExecutionState
  public var reason: String
  public var configuration: JSON
  /// The execution whose result a cached one used.
  public var cachedFrom: ExecutionID?
  /// The execution whose checkpoint it went on from, and the steps that were done by then.
  public var resumedFrom: ExecutionID?
  public var resumedStep: Int?
  public var startedAt: Date
  public var seconds: Double?
  /// With those of the executions whose checkpoints it went on from.
  public var secondsOfAttempts: Double?
  /// Of this execution itself; of a cached one nothing is known.
  public var usage: ExecutionUsage
  public var failure: ExecutionFailure?
  public var progress: ProgressRecord?
  /// Of the origin, for a cached execution; outputs and metrics too.
  public var inputs: [InputRecord]
  public var outputs: [OutputRecord]
  public var metrics: [FinalMetric]

  /// The execution that made the outputs: itself, or the one it was cached from.
  public var origin: ExecutionID { cachedFrom ?? id }
}
