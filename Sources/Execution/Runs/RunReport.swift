import JSONText
import Pipeline

/// What came of a run.
public struct RunReport: Sendable {
  public enum State: String, Sendable, Hashable {
    case succeeded
    /// A stage failed.
    case failed
    /// Every stage succeeded, but a requirement does not hold.
    case requirementFailed = "requirement_failed"
    case interrupted

    /// The exit code of `plumb run`.
    public var exitCode: Int32 {
      switch self {
      case .succeeded: 0
      case .failed: 1
      case .requirementFailed: 4
      case .interrupted: 130
      }
    }
  }

  /// The run that was recorded; for a run that found nothing to do, the one that it would have repeated.
  public var run: String?
  public var pipeline: String
  public var state: State
  public var seconds: Double
  /// In topological order.
  public var stages: [StageReport]
  /// Whether nothing had to be executed or recorded.
  public var isNoOp: Bool

  /// The report as `plumb run --json` prints it, schema `plumb.run/1`.
  public var json: JSON {
    [
      "schema": "plumb.run/1", "run": JSON(run), "pipeline": .string(pipeline),
      "state": .string(state.rawValue), "seconds": .number(seconds), "stages": .array(stages.map(\.json)),
    ]
  }
}

extension StageReport {
  var json: JSON {
    var members: [JSON.Member] = [
      .init("name", .string(name)), .init("kind", .string(kind)), .init("option", JSON(option)),
      .init("state", .string(state.rawValue)), .init("reason", .string(reason)),
      .init("key", JSON(key?.text)), .init("seconds", .number(seconds)),
      .init("outputs", .object(outputs.map { JSON.Member($0.port, .string($0.digest.text)) })),
      .init("metrics", .object(metrics.map { JSON.Member($0.name, JSON($0.value)) })),
    ]
    if let resumedFrom { members.append(.init("resumed_from_step", .integer(resumedFrom.done))) }
    if !verdicts.isEmpty {
      members.append(
        .init(
          "requirements",
          .array(
            verdicts.map { verdict in
              [
                "metric": .string(verdict.requirement.metric),
                "condition": .string(verdict.requirement.condition), "value": JSON(verdict.value),
                "passed": .bool(verdict.holds),
              ]
            })))
    }
    if let failure {
      members.append(
        .init(
          "errors",
          .array(
            failure.diagnostics.map { diagnostic in
              [
                "code": .string(diagnostic.code.rawValue), "message": .string(diagnostic.message),
                "file": JSON(diagnostic.location?.file), "line": JSON(diagnostic.location?.line),
                "column": JSON(diagnostic.location?.column), "hint": JSON(diagnostic.hint),
              ]
            })))
      members.append(.init("log_tail", .string(failure.logTail)))
    }
    return .object(members)
  }
}
