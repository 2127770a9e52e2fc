/// How far a run is. A run leaves `running` once.
public enum RunState: String, Sendable, Hashable {
  case running
  case succeeded
  /// A stage or a requirement failed.
  case failed
  /// It was asked to stop, or its process died.
  case interrupted
}

/// How far an execution is. An execution leaves `running` once.
public enum ExecutionState: String, Sendable, Hashable {
  case running
  case succeeded
  /// The result of an earlier execution was used.
  case cached
  case failed
  /// Something it needs failed.
  case skipped
  case interrupted
}
