import Artifacts

/// What is recorded about past executions: all that planning looks up.
///
/// Looking up changes nothing.
public protocol ActionCatalog {
  /// The stored outputs of a cache key; nil if there are none.
  func result(of key: Digest) throws -> ActionResult?

  /// What a stage was asked to do the last time it was part of a run; nil if it never was.
  func lastAction(of stage: String) throws -> RecordedAction?

  /// Actions of a kind, the most recent first.
  func recentActions(kind: String, limit: Int) throws -> [RecordedAction]

  /// How long executions of a stage, or of any stage of its kind, took lately; nil if there were none.
  ///
  /// - Returns: seconds.
  func expectedSeconds(stage: String, kind: String) throws -> Double?
}

/// The stored outputs of a cache key.
public struct ActionResult: Sendable, Hashable {
  /// Content by output port.
  public var outputs: [String: Digest]
  /// Output ports whose bytes are missing or known to be damaged.
  public var damagedPorts: [String]

  public init(outputs: [String: Digest], damagedPorts: [String] = []) {
    self.outputs = outputs
    self.damagedPorts = damagedPorts
  }
}

/// A cache key that was used before, with its components.
public struct RecordedAction: Sendable, Hashable {
  public enum Outcome: Sendable, Hashable { case succeeded, failed, interrupted }

  public var key: Digest
  public var components: [KeyComponent]
  /// How its last execution ended.
  public var outcome: Outcome

  public init(key: Digest, components: [KeyComponent], outcome: Outcome) {
    self.key = key
    self.components = components
    self.outcome = outcome
  }
}
