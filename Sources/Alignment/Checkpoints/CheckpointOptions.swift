/// How often a training writes a checkpoint; results never depend on it.
///
/// One is also written when the training is asked to stop.
public struct CheckpointOptions: Sendable, Hashable {
  /// Part of the time that checkpoints may take where `seconds` decides.
  static let timeShare = 0.02

  /// Steps between two checkpoints; 0 means that only the time decides.
  public var steps = 0
  /// Seconds between two checkpoints, or more where writing one takes long; 0 writes one at every safe point.
  public var seconds = 60.0

  public init() {}
}
