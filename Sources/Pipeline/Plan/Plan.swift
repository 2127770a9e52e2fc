import Artifacts
import Diagnostics

/// What a run would do, stage by stage, and why; a value that nothing but a run acts upon.
public struct Plan: Sendable {
  public var graph: StageGraph
  /// In topological order.
  public var stages: [PlannedStage]
  /// Content of the sources that could be read, by name.
  public var sourceDigests: [String: Digest]

  /// Sources that cannot be read; the stages that need them are blocked.
  public var problems: [Diagnostic]

  /// Whether a run would execute nothing.
  public var isUpToDate: Bool { stages.allSatisfy { $0.decision == .cached } }

  public subscript(stage name: String) -> PlannedStage? { stages.first { $0.node.name == name } }
}

/// A stage and what is to become of it.
public struct PlannedStage: Sendable {
  public enum Decision: String, Sendable, Hashable {
    /// Its outputs are in the store.
    case cached
    /// It will be executed.
    case run
    /// A stage before it runs; it is saved if that stage's outputs come out as they were.
    case maybe
    /// It cannot be executed.
    case blocked
  }

  public var node: StageNode
  public var decision: Decision
  /// In words, for a person.
  public var reason: String
  /// Nil while an input is not known.
  public var key: CacheKey?
  /// The leaves of the key that are known: all of them if there is a key, else those of pending inputs left out.
  public var components: [KeyComponent]
  /// Outputs by port, for a cached stage.
  public var outputs: [String: Digest]
  /// Whether a run has to take outputs of a cached stage back from the trash.
  public var isInTrash = false
  /// Against the last action of the stage, else the nearest of its kind; inputs that are not known yet left out.
  public var changes: [ComponentChange]
  /// What an execution is expected to take, from those before it; nil without any.
  public var expectedCost: ExpectedCost?
  /// What an execution needs while it runs; nil as long as its inputs do not tell.
  public var resources: ResourceEstimate?

  /// Bytes that an execution is taken to need: what the manifest says, else the estimate, else what the last one had.
  public var expectedMemory: Int? {
    node.policy.resources.memory.map { Int($0.bytes) } ?? resources?.memory ?? expectedCost?.memory
  }
}
