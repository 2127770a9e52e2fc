import Pipeline

/// A plan as a table, with what changed below each stage that will run.
struct PlanTable {
  private let plan: Plan
  private let showsInstances: Bool

  /// - Parameter showsInstances: whether each instance of a matrix has a line of its own.
  init(_ plan: Plan, showsInstances: Bool = false) {
    self.plan = plan
    self.showsInstances = showsInstances
  }

  func render(_ style: Style) -> String {
    var table = TextTable([
      ("STAGE", .left), ("KIND", .left), ("DECISION", .left), ("ESTIMATE", .right), ("REASON", .left),
    ])
    if showsInstances {
      for stage in plan.stages { table.add(row([stage], title: stage.node.name, style)) }
    } else {
      for group in InstanceRows(plan.stages, name: \.node.name).groups {
        table.add(row(group.members, title: group.title, style))
      }
    }
    return table.render(style) + "\n" + summary + "\n"
  }

  private func row(_ stages: [PlannedStage], title: String, _ style: Style) -> [String] {
    let pending = stages.filter { $0.decision != .cached }
    let decision = stages.map(\.decision.rawValue).tally
    let known = pending.compactMap(\.estimatedSeconds)
    let isEstimated = !known.isEmpty && known.count == pending.count
    return [
      title, stages[0].node.kindName, style.state(decision),
      isEstimated ? Figures.duration(known.reduce(0, +)) : "", (pending.first ?? stages[0]).reason,
    ]
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
