import Artifacts
import Diagnostics
import JSONText
import Pipeline

/// Why a stage has to run, or why it last ran: the leaves that changed, and how they reached it.
public struct Explanation: Sendable {
  /// A leaf that changed: content of a source, a setting, a kind or a variable.
  public struct Cause: Sendable, Hashable {
    /// The stage whose component it is.
    public var stage: String
    public var change: ComponentChange
    /// The source whose content it is; nil for everything else.
    public var source: String?
    /// The source's file as a person would type it.
    public var file: String?
    /// From the stage of the change to the explained one.
    public var through: [String]
  }

  public var stage: String
  /// Whether the stage still has to run; otherwise the explanation is of the last time it did.
  public var isPending: Bool
  /// What the plan says of the stage.
  public var decision: PlannedStage.Decision
  public var reason: String
  /// The outermost first; empty if there is nothing to compare with.
  public var causes: [Cause]

  /// The explanation as `plumb why --json` prints it, schema `plumb.why/1`.
  public var json: JSON {
    [
      "schema": "plumb.why/1", "stage": .string(stage), "pending": .bool(isPending),
      "decision": .string(decision.rawValue), "reason": .string(reason),
      "causes": .array(
        causes.map { cause in
          [
            "stage": .string(cause.stage), "path": .string(cause.change.path), "source": JSON(cause.source),
            "file": JSON(cause.file), "old": cause.change.old?.json ?? .null,
            "new": cause.change.new?.json ?? .null, "through": .array(cause.through.map(JSON.string)),
          ]
        }),
    ]
  }
}
