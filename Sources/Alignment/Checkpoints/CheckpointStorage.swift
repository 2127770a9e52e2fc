import Foundation

/// Where a training keeps its checkpoints; losing them costs time only.
public protocol CheckpointStorage {
  /// The newest checkpoint that is whole; nil if there is none.
  func load() -> Data?
  /// Keeps a checkpoint in place of those before it, once all of it is there to stay.
  ///
  /// - Parameter write: hands the bytes over, in order.
  /// - Throws: if it cannot be written; then the one before it stays.
  func save(_ write: (CheckpointCoder.Sink) throws -> Void) throws
  /// Takes all checkpoints away.
  func clear()
}
