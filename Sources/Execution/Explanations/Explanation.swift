import Artifacts
import Lineage
import Pipeline

/// Why a stage has to run, or why it last ran: what changed, and how it reached the stage.
public struct Explanation: Sendable {
  /// What is the reason by itself, rather than by something before it.
  public struct Cause: Sendable, Hashable {
    public enum Subject: Sendable, Hashable {
      /// Content of a source.
      case source(name: String, file: String, type: PortType)
      /// A setting, a kind or a variable, or an input whose bytes differ for no known reason.
      case leaf
      /// An input that another output or source is connected to now; both as the manifest calls them.
      case connection(old: String, new: String)
      /// Nothing changed, but there is no result; in words, such as `never run`.
      case state(String)
    }

    /// The stage whose component it is.
    public var stage: String
    public var subject: Subject
    /// The leaf of the cache key; nil for a state.
    public var change: ComponentChange?
    /// Ways from the stage of the cause to the explained one, the shortest first.
    public var ways: [[String]]
  }

  /// Something that differs from the run compared with and is in no cache key.
  public struct Ignored: Sendable, Hashable {
    public var name: String
    /// nil if there was none.
    public var old: String?
    public var new: String?
  }

  public var stage: String
  /// What the plan says of the stage.
  public var decision: PlannedStage.Decision
  public var reason: String
  /// The first in the order of the pipeline first; empty if there is nothing to compare with.
  public var causes: [Cause]
  /// What is no reason, although it differs.
  public var ignored: [Ignored]
  /// The execution that the stage is compared with; nil if it was never made of anything else.
  public var previous: ExecutionID?
  /// For a cached stage, the execution that made its outputs.
  public var origin: ExecutionID?

  /// Whether the stage still has to run; otherwise the explanation is of the last time it did.
  public var isPending: Bool { decision != .cached }
}
