/// A named figure of a step or an evaluation.
public struct Metric: Sendable, Hashable, Codable {
  public var name: String
  public var value: Double

  public init(_ name: String, _ value: Double) {
    self.name = name
    self.value = value
  }
}

/// Hears how a training goes, may end it, and keeps its checkpoints.
public protocol TrainingObserver {
  /// Called after each optimiser step, or each update of PPO.
  ///
  /// - Parameters:
  ///   - step: counted from 1.
  ///   - metrics: its figures; empty unless `logging_steps` falls on it.
  func stepped(_ step: Int, of total: Int, _ metrics: [Metric])
  /// Called with the figures of a validation.
  func evaluated(_ step: Int, _ metrics: [Metric])
  /// Called with what the user should know of, such as a watchdog's limit that was crossed.
  func warned(_ message: String)
  /// - Throws: to end the training at a safe point.
  func checkCancellation() throws
  /// Where checkpoints are kept; nil keeps none.
  var checkpoints: (any CheckpointStorage)? { get }
  /// Called when a training goes on from a checkpoint rather than from its beginning.
  ///
  /// - Parameters:
  ///   - step: steps that were done before.
  ///   - history: the figures that were told then.
  func resumed(after step: Int, of total: Int, _ history: MetricHistory)
  /// Called when a checkpoint was written.
  ///
  /// - Parameter step: steps that it is after.
  func saved(after step: Int, of total: Int)
}

extension TrainingObserver {
  public var checkpoints: (any CheckpointStorage)? { nil }
  public func resumed(after step: Int, of total: Int, _ history: MetricHistory) {}
  public func saved(after step: Int, of total: Int) {}
  public func warned(_ message: String) {}
}

/// Takes note of nothing.
public struct SilentObserver: TrainingObserver {
  public init() {}
  public func stepped(_ step: Int, of total: Int, _ metrics: [Metric]) {}
  public func evaluated(_ step: Int, _ metrics: [Metric]) {}
  public func checkCancellation() {}
}
