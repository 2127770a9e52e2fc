import Artifacts

/// What made something and what was made from it: content and the executions between.
public struct LineageGraph: Sendable, Hashable {
  public enum Direction: String, Sendable, Hashable, CaseIterable {
    /// Towards what it was made from.
    case up
    /// Towards what was made from it.
    case down
  }

  public enum Node: Sendable, Hashable {
    /// Content that entered from outside, with the names and paths it entered under.
    case source(Artifact, names: [String], paths: [String])
    /// Content that an execution made, as `stage.port`.
    case artifact(Artifact, names: [String])
    /// - Parameter resumedFrom: the attempt whose checkpoint it went on from.
    case execution(
      ExecutionID, stage: String, kind: String, run: RunID, key: Digest?, resumedFrom: ExecutionID?)

    /// The digest of content, or the identifier of an execution.
    public var id: String {
      switch self {
      case .source(let artifact, _, _), .artifact(let artifact, _): artifact.digest.text
      case .execution(let id, _, _, _, _, _): id.text
      }
    }
  }

  /// From what flows to what it flows into: an artifact to the execution that read it, or an execution to the
  /// artifact it made.
  public struct Edge: Sendable, Hashable {
    public var from: String
    public var to: String
    public var port: String

    public init(from: String, to: String, port: String) {
      self.from = from
      self.to = to
      self.port = port
    }
  }

  public var nodes: [Node]
  public var edges: [Edge]

  public init(nodes: [Node], edges: [Edge]) {
    self.nodes = nodes
    self.edges = edges
  }
}

/// Where a walk through the lineage starts.
public enum LineageStart: Sendable, Hashable {
  case content(Digest)
  case execution(ExecutionID)
  /// Every execution of a run.
  case run(RunID)
}
