import Artifacts

/// What is recorded about past executions: all that planning looks up.
///
/// Looking up changes nothing.
public protocol ActionCatalog {
  /// The stored outputs of a cache key; nil if there are none.
  func result(of key: Digest) throws -> StoredResult?

  /// What a stage was asked to do the last time it was part of a run of this pipeline, or else what a stage of its
  /// kind was asked to do most recently; nil if there was neither.
  func previousAction(stage: String, kind: String) throws -> RecordedAction?

  /// What an execution of the stage takes, judging by those before it; nil if there were none.
  func expectedCost(stage: String, kind: String) throws -> ExpectedCost?
}

/// What an execution of a stage is expected to take.
public struct ExpectedCost: Sendable, Hashable {
  public var seconds: Double
  /// Bytes of its outputs.
  public var bytes: Int64
  /// Bytes of memory at its peak; nil if it was not measured.
  public var memory: Int?

  public init(seconds: Double, bytes: Int64, memory: Int? = nil) {
    self.seconds = seconds
    self.bytes = bytes
    self.memory = memory
  }
}

/// The stored outputs of a cache key.
public struct StoredResult: Sendable, Hashable {
  /// Content by output port.
  public var outputs: [String: Digest]
  /// Output ports whose bytes are missing or known to be damaged.
  public var damagedPorts: [String]
  /// Whether some of the bytes lie in the trash, from which a run takes them back.
  public var isInTrash: Bool

  public init(outputs: [String: Digest], damagedPorts: [String] = [], isInTrash: Bool = false) {
    self.outputs = outputs
    self.damagedPorts = damagedPorts
    self.isInTrash = isInTrash
  }
}

/// A cache key that was used before, with its components.
public struct RecordedAction: Sendable, Hashable {
  public enum Outcome: Sendable, Hashable { case succeeded, failed, interrupted }

  public var key: Digest
  public var components: [KeyComponent]
  /// How its last execution ended.
  public var outcome: Outcome
  /// Whether it was the stage itself that was asked for, rather than another of its kind.
  public var isSameStage: Bool

  public init(key: Digest, components: [KeyComponent], outcome: Outcome, isSameStage: Bool) {
    self.key = key
    self.components = components
    self.outcome = outcome
    self.isSameStage = isSameStage
  }
}
