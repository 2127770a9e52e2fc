import Pipeline

/// A plan as a table, with what changed below each stage that will run.
struct PlanTable {
  private let plan: Plan

  init(_ plan: Plan) { self.plan = plan }

  func render(_ style: Style) -> String {
    var table = TextTable([
      ("STAGE", .left), ("KIND", .left), ("DECISION", .left), ("ESTIMATE", .right), ("REASON", .left),
    ])
    for stage in plan.stages {
      table.add([
        stage.node.name, stage.node.kindName, style.state(stage.decision.rawValue),
        stage.estimatedSeconds.map(Figures.duration) ?? "", stage.reason,
      ])
    }
    return table.render(style) + "\n" + summary + "\n"
  }

  /// One line: how many stages are in which state, and how long a run may take.
  private var summary: String {
    if plan.isUpToDate { return "Nothing to do: \(Figures.count(plan.stages.count, "stage")) cached." }
    let counts: [(PlannedStage.Decision, String)] = [
      (.run, "to run"), (.maybe, "that may be saved"), (.blocked, "blocked"), (.cached, "cached"),
    ]
    let parts = counts.compactMap { decision, words -> String? in
      let count = plan.stages.count { $0.decision == decision }
      return count > 0 ? "\(count) \(words)" : nil
    }
    let pending = plan.stages.filter { $0.decision == .run || $0.decision == .maybe }
    let known = pending.compactMap(\.estimatedSeconds)
    let estimate =
      known.isEmpty
      ? ""
      : "; \(known.count == pending.count ? "about" : "more than") \(Figures.duration(known.reduce(0, +)))"
    return parts.joined(separator: ", ") + estimate + "."
  }
}
