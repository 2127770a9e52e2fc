import Artifacts
import Foundation
import Lineage

/// What would mend a damaged store, in the order in which it is to be done.
public struct RepairPlan: Sendable {
  /// One thing to do, for one artifact or for everything that an execution made.
  public struct Step: Sendable {
    public enum Action: Sendable {
      /// The bytes lie in the trash.
      case restore
      /// A file or directory of the user's still has the content.
      case retake(URL)
      /// The execution can be repeated from what is recorded of it.
      case rerun(ExecutionRecipe)
      /// Nothing that is recorded needs it.
      case setAside
      case impossible(reason: String)
    }

    /// As `stage.port` or `sources.name`, or an object's digest where nothing recorded holds it.
    public var name: String
    /// What is mended: an artifact's content, or the outputs of an execution.
    public var contents: [ObjectReference]
    public var action: Action
  }

  /// Upstream first.
  public var steps: [Step] = []
  /// Objects that are not what their names say, or are missing.
  public var damage: Set<Digest>
}
