import Execution
import Pipeline

/// A plan as a table, with what a run as a whole takes below it.
struct PlanTable {
  private let plan: Plan
  private let forecast: RunForecast
  private let showsInstances: Bool

  /// - Parameter showsInstances: whether each instance of a matrix has a line of its own.
  init(_ plan: Plan, _ forecast: RunForecast, showsInstances: Bool = false) {
    self.plan = plan
    self.forecast = forecast
    self.showsInstances = showsInstances
  }

  func render(_ style: Style) -> String {
    let rows =
      showsInstances
      ? plan.stages.map { (title: $0.node.name, stages: [$0]) }
      : InstanceRows(plan.stages, name: \.node.name).groups.map { (title: $0.title, stages: $0.members) }
    let figures = figures.filter { figure in rows.contains { figure.text($0.stages) != nil } }
    var table = TextTable(
      [("STAGE", .left), ("KIND", .left), ("DECISION", .left)] + figures.map { ($0.title, .right) }
        + [("REASON", .left)])
    for (title, stages) in rows {
      let decision = stages.map(\.decision.rawValue).tally
      table.add(
        [title, stages[0].node.kindName, style.state(decision)] + figures.map { $0.text(stages) ?? "" }
          + [Self.reason(stages)])
    }
    return table.render(style) + "\n" + summary + "\n"
  }

  /// Columns that are left out if no stage has a figure for them.
  private var figures: [(title: String, text: ([PlannedStage]) -> String?)] {
    [
      (
        "TIME", { stages in Self.sum(stages) { $0.expectedCost?.seconds }.map(Figures.duration) }
      ),
      (
        "DISK",
        { stages in
          Self.sum(stages) { $0.expectedCost.map { Double($0.bytes) } }.map { Figures.bytes(Int64($0)) }
        }
      ),
      (
        "MEMORY",
        { stages in
          stages.filter { $0.decision != .cached }.compactMap(\.expectedMemory).max().map {
            "\(ByteCount(bytes: Int64($0)))"
          }
        }
      ),
    ]
  }

  /// Of the stages that are not cached, if there are any.
  private static func reason(_ stages: [PlannedStage]) -> String {
    let pending = stages.filter { $0.decision != .cached }
    let first = (pending.first ?? stages[0]).reason
    return pending.allSatisfy { $0.reason == first } ? first : "\(first); others differ (--instances)"
  }

  /// Of the stages that are not cached; nil if one has no figure.
  private static func sum(_ stages: [PlannedStage], _ figure: (PlannedStage) -> Double?) -> Double? {
    let pending = stages.filter { $0.decision != .cached }
    let known = pending.compactMap(figure)
    return known.isEmpty || known.count < pending.count ? nil : known.reduce(0, +)
  }

  /// One line: how many stages are in which state, and what a run may take.
  private var summary: String {
    if plan.isUpToDate { return "Nothing to do: \(Figures.count(plan.stages.count, "stage")) cached." }
    let counts: [(PlannedStage.Decision, String)] = [
      (.run, "to run"), (.maybe, "that may be saved"), (.blocked, "blocked"), (.cached, "cached"),
    ]
    let parts = counts.compactMap { decision, words -> String? in
      let count = plan.stages.count { $0.decision == decision }
      return count > 0 ? "\(count) \(words)" : nil
    }
    let about = forecast.unknown == 0 ? "about" : "more than"
    let costs = [
      forecast.seconds.map { "\(about) \(Figures.duration($0))" },
      forecast.bytes.map { "\(about) \(Figures.bytes($0)) of disk" },
    ].compactMap { $0 }
    return parts.joined(separator: ", ") + (costs.isEmpty ? "" : "; " + costs.joined(separator: ", ")) + "."
  }
}
