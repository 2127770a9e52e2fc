/// Holds the figures of each batch against the limits, and acts.
///
/// Figures are looked at once per batch of answers, after learning from it. KL and length are those of the policy that
/// sampled the batch; so a rollback goes back to before the last batch that was within all limits: to the policy that
/// was last seen to be good. Steps that were taken back still count as steps.
struct WatchdogPatrol: Resumable {
  /// Rollbacks after which the next crossing ends the training.
  static let maximumRollbacks = 3

  private let watchdogs: Watchdogs
  private let metrics: [Watchdogs.Figure: String]
  private(set) var report = WatchdogReport()
  /// Multiplies the learning rate: ½ for each rollback.
  private(set) var rateScale = 1.0
  /// Figures that were outside at the last look.
  private var outside: Set<Watchdogs.Figure> = []
  /// What the update can be brought back to: before this batch, and before the last good one; empty without either.
  private var start: [UInt8] = []
  private var good: [UInt8] = []

  init(_ watchdogs: Watchdogs, metrics: [Watchdogs.Figure: String]) {
    self.watchdogs = watchdogs
    self.metrics = metrics
  }

  /// Counts so far; none without watchdogs.
  var figures: [Metric] {
    guard !watchdogs.declared.isEmpty else { return [] }
    return [
      Metric("watchdog/crossings", Double(report.crossings.count)),
      Metric("watchdog/rollbacks", Double(report.rollbacks)),
    ]
  }

  /// Called before learning from a batch.
  mutating func begin(_ update: any PolicyUpdate) throws {
    guard watchdogs.canRollBack else { return }
    start = try CheckpointCoder.bytes(update.carryLearning)
  }

  /// Called with the figures of a batch's steps.
  ///
  /// - Returns: what is worth saying.
  mutating func end(_ series: [[Metric]], lastStep: Int, of update: any PolicyUpdate) throws -> [String] {
    let found = crossings(in: series, step: lastStep)
    let isNew = { [outside] (crossing: WatchdogReport.Crossing) in
      crossing.action != .warn || !outside.contains(crossing.figure)
    }
    let fresh = found.filter(isNew)
    outside = Set(found.map(\.figure))
    report.crossings += fresh
    if found.isEmpty { good = start }
    var messages = fresh.map(Self.message)
    if found.contains(where: { $0.action == .stop }) {
      report.hasStopped = true
    } else if found.contains(where: { $0.action == .rollback }) {
      messages.append(try rollBack(update))
    }
    return messages
  }

  mutating func carry(_ state: CheckpointCoder) throws {
    try state.value("watchdog_report", &report)
    try state.value("rate_scale", &rateScale)
    try state.value("outside", &outside)
    try state.numbers("before_batch", &start)
    try state.numbers("last_good", &good)
  }

  private mutating func rollBack(_ update: any PolicyUpdate) throws -> String {
    try (good.isEmpty ? start : good).withUnsafeBytes { try CheckpointCoder.read($0, update.carryLearning) }
    guard report.rollbacks < Self.maximumRollbacks else {
      report.hasStopped = true
      return "rolled back \(Self.maximumRollbacks) times without lasting success; the training ends"
    }
    report.rollbacks += 1
    rateScale /= 2
    return "rolled back to the last good weights; the learning rate is multiplied by \(rateScale) from here"
  }

  /// The first crossing of each watchdog.
  private func crossings(in series: [[Metric]], step: Int) -> [WatchdogReport.Crossing] {
    watchdogs.declared.compactMap { figure, watchdog in
      for metric in series.joined() where metric.name == metrics[figure] {
        guard let limit = watchdog.crossed(by: metric.value) else { continue }
        return WatchdogReport.Crossing(
          figure: figure, metric: metric.name, value: metric.value, limit: limit, step: step,
          action: watchdog.action)
      }
      return nil
    }
  }

  private static func message(_ crossing: WatchdogReport.Crossing) -> String {
    let side = crossing.value < crossing.limit ? "below" : "above"
    let end = crossing.action == .stop ? "; the training ends" : ""
    return
      "step \(crossing.step): \(crossing.metric) is \(crossing.value), \(side) the watchdog's limit"
      + " \(crossing.limit)\(end)"
  }
}
