/// Something with a state that a training which goes on later has to find as it left it.
public protocol Resumable {
  /// Hands over every part of the state, to be written or to be replaced: one description serves both ways.
  mutating func carry(_ state: CheckpointCoder) throws
}
