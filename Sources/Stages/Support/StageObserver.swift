import Alignment
import Pipeline

/// Passes a training's figures on as a stage's events.
final class StageObserver: TrainingObserver {
  private let context: StageContext
  private let unit: String
  private let shown: [String]
  /// The last figures, which stay beside the bar until there are others.
  private var note = ""

  /// - Parameters:
  ///   - unit: what a step is called in the progress line.
  ///   - shown: names of the figures worth showing while it runs.
  init(context: StageContext, unit: String, shown: [String]) {
    self.context = context
    self.unit = unit
    self.shown = shown
  }

  func stepped(_ step: Int, of total: Int, _ metrics: [Metric]) {
    for metric in metrics { context.events.metric(metric.name, step: step, value: metric.value) }
    let figures = shown.compactMap { name in
      metrics.first { $0.name == name }.map { "\(Self.label(name)) \(Self.figure($0.value))" }
    }
    if !figures.isEmpty { note = figures.joined(separator: "  ") }
    context.events.progress(StageProgress(done: step, total: total, unit: unit, note: note))
  }

  func evaluated(_ step: Int, _ metrics: [Metric]) {
    for metric in metrics { context.events.metric(metric.name, step: step, value: metric.value) }
    context.events.log(
      .info, metrics.map { "\($0.name) \(Self.figure($0.value))" }.joined(separator: ", "))
  }

  func warned(_ message: String) { context.events.log(.warning, message) }

  func checkCancellation() throws { try context.cancellation.check() }

  var checkpoints: (any CheckpointStorage)? {
    CheckpointDirectory(url: context.checkpointDirectory, warn: warned)
  }

  func resumed(after step: Int, of total: Int, _ history: MetricHistory) {
    context.events.resumed(StageProgress(done: step, total: total, unit: unit))
    for (step, metric) in history.points {
      context.events.metric(metric.name, step: step, value: metric.value)
    }
  }

  func saved(after step: Int, of total: Int) {
    context.events.saved(StageProgress(done: step, total: total, unit: unit))
  }

  /// The last part of a metric's name, such as `accuracies` of `rewards/accuracies`.
  private static func label(_ name: String) -> String {
    name.split(separator: "/").last.map(String.init) ?? name
  }

  /// Four significant digits.
  static func figure(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return "\(value)" }
    return fixed(value, digits: max(0, min(8, 3 - Int(floorLog10(abs(value))))))
  }
}
