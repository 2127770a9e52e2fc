import JSONText
import Pipeline

/// What a run of a plan is expected to take as a whole.
public struct RunForecast: Sendable, Hashable {
  /// Seconds from begin to end, with as many stages at a time as may be; nil if no stage has a history.
  public let seconds: Double?
  /// Bytes of outputs that come to lie in the store; nil if no stage has a history.
  public let bytes: Int64?
  /// Stages to run of which nothing is known; what is expected leaves them out.
  public let unknown: Int

  /// Lets the plan's pending stages pass through the schedule of a run, each for as long as it took before.
  public init(_ plan: Plan, jobs: Int, budget: ResourceBudget) {
    let pending = plan.stages.filter { $0.decision == .run || $0.decision == .maybe }
    let known = pending.compactMap(\.expectedCost)
    unknown = pending.count - known.count
    bytes = known.isEmpty ? nil : known.reduce(0) { $0 + $1.bytes }
    seconds = known.isEmpty ? nil : Self.duration(of: pending, jobs, budget)
  }

  private static func duration(of pending: [PlannedStage], _ jobs: Int, _ budget: ResourceBudget) -> Double {
    let names = Set(pending.map(\.node.name))
    let stages = Dictionary(pending.map { ($0.node.name, $0) }) { first, _ in first }
    var schedule = Schedule(
      pending.map { ($0.node.name, $0.node.upstream.filter(names.contains)) }, jobs: jobs, budget: budget,
      keepsGoing: true)
    var time = 0.0
    var ends: [(name: String, time: Double)] = []
    while true {
      while let name = schedule.takeUp() {
        schedule.queue(
          name,
          Schedule.Demand(
            threads: stages[name]?.node.policy.resources.threads, memory: stages[name]?.expectedMemory ?? 0))
      }
      while let (name, _) = schedule.begin() {
        ends.append((name, time + (stages[name]?.expectedCost?.seconds ?? 0)))
      }
      guard let next = ends.indices.min(by: { ends[$0].time < ends[$1].time }) else { return time }
      let ended = ends.remove(at: next)
      time = ended.time
      _ = schedule.end(ended.name, .done)
    }
  }

  public var json: JSON {
    ["seconds": JSON(seconds), "bytes": JSON(bytes.map(Int.init)), "unknown_stages": .integer(unknown)]
  }
}

extension Plan {
  /// The plan as `plumb plan --json` prints it, schema `plumb.plan/1`.
  ///
  /// - Parameter errors: what a run would end with, as `plumb.error/1` has them.
  public func json(_ forecast: RunForecast, errors: [JSON]) -> JSON {
    .object(
      (json.members ?? []) + [
        JSON.Member("estimate", forecast.json), JSON.Member("errors", .array(errors)),
      ])
  }
}
