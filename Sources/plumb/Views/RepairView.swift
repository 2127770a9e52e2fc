import Artifacts
import Diagnostics
import Execution
import JSONText

/// What would be or was done to mend a store.
struct RepairView {
  fileprivate struct Line {
    var step: RepairPlan.Step
    /// nil for a step that is only planned.
    var result: StoreRepair.Result?
  }

  private let lines: [Line]
  /// Damaged objects that are left; nil for a plan.
  let remaining: Int?

  init(planned plan: RepairPlan) {
    lines = plan.steps.map { Line(step: $0) }
    remaining = nil
  }

  init(_ results: [StoreRepair.Result], remaining: Int) {
    lines = results.map { Line(step: $0.step, result: $0) }
    self.remaining = remaining
  }

  var json: JSON {
    [
      "carried_out": .bool(remaining != nil), "remaining": JSON(remaining),
      "steps": .array(
        lines.map { line in
          var members: [JSON.Member] = [
            .init("name", .string(line.step.name)), .init("action", .string(line.step.action.word)),
            .init("state", .string(line.state)),
            .init("digests", .array(line.step.contents.map { .string($0.digest.text) })),
          ]
          if case .retake(let file) = line.step.action { members.append(.init("from", .string(file.path))) }
          if case .impossible(let reason) = line.step.action {
            members.append(.init("reason", .string(reason)))
          }
          if let result = line.result { members.append(.init("seconds", .number(result.seconds))) }
          if let failure = line.result?.failure {
            members.append(
              .init(
                "error",
                [
                  "code": .string(failure.code.rawValue), "message": .string(failure.message),
                  "hint": JSON(failure.hint),
                ]))
          }
          return .object(members)
        }),
    ]
  }

  func text(_ style: Style) -> String {
    var text = lines.map { $0.text(style) }.joined()
    if let remaining {
      text +=
        remaining == 0
        ? "\(style.green("repaired")): everything is as it was; damaged bytes are kept in the trash\n"
        : "\(style.error("\(Figures.count(remaining, "object")) still damaged"))\n"
    }
    return text
  }
}

extension RepairView.Line {
  fileprivate var state: String {
    guard let result else { return "planned" }
    return result.failure == nil ? "repaired" : "failed"
  }

  func text(_ style: Style) -> String {
    let name = style.bold(step.name)
    if let failure = result?.failure {
      let hint = failure.hint.map { "\n  \(style.cyan("hint")): \($0)" } ?? ""
      return "\(style.error("not repaired")): \(name): \(failure.message)\(hint)\n"
    }
    let time = result.map { style.dim("  \(Figures.duration($0.seconds))") } ?? ""
    let what: String
    switch step.action {
    case .restore: what = "from the trash"
    case .retake(let file): what = "from \(file.path)"
    case .rerun(let recipe) where result == nil:
      what = "run again" + (recipe.seconds.map { ", which took \(Figures.duration($0))" } ?? "")
    case .rerun: what = "ran again and made the same bytes"
    case .setAside: what = "set aside: nothing recorded needs it"
    case .impossible(let reason): return "\(style.error("cannot be repaired")): \(name): \(reason)\n"
    }
    return
      "\(result == nil ? style.cyan("would repair") : style.green("repaired")): \(name): \(what)\(time)\n"
  }
}

extension RepairPlan.Step.Action {
  fileprivate var word: String {
    switch self {
    case .restore: "restore"
    case .retake: "retake"
    case .rerun: "rerun"
    case .setAside: "set_aside"
    case .impossible: "impossible"
    }
  }
}
