import Artifacts
import Diagnostics
import Execution
import Foundation
import Pipeline

/// What a run ended with: a table of its stages, and the texts of the reports it made.
struct FinishedRun {
  /// Metrics shown in the table, the most telling first; others only if none of these is there.
  private static let preferred = [
    "eval_loss", "eval_accuracy", "eval_rewards/accuracies", "objective/scores", "objective/kl", "loss",
    "accuracy", "rewards/accuracies", "perplexity",
  ]

  private let report: RunReport

  init(_ report: RunReport) { self.report = report }

  func render(_ style: Style) -> String {
    var table = TextTable([
      ("STAGE", .left), ("KIND", .left), ("STATE", .left), ("TIME", .right), ("METRICS", .left),
    ])
    for group in InstanceRows(report.stages, name: \.name).groups {
      let stages = group.members
      let note =
        stages[0].state == .skipped
        ? style.dim(stages[0].reason) : stages.count == 1 ? metrics(stages[0]) : ranges(stages)
      let seconds = stages.reduce(0) { $0 + $1.seconds }
      table.add([
        group.title, stages[0].kind, style.state(stages.map(\.state.rawValue).tally),
        seconds > 0 ? Figures.duration(seconds) : "", note,
      ])
    }
    return table.render(style)
  }

  /// One line for a run that had nothing to do.
  var upToDate: String {
    let stages = Figures.count(report.stages.count, "stage")
    return "Up to date: \(stages) cached, nothing to run (\(Figures.duration(report.seconds)))\n"
  }

  /// The texts of the report outputs, each under the name of its stage.
  func reportTexts(_ objects: ObjectStore, _ style: Style) -> String {
    var text = ""
    for stage in report.stages {
      for output in stage.outputs where output.type == .report {
        guard
          let entry = try? objects.listing(output.digest).entries.first(where: { $0.name == "report.txt" }),
          let bytes = try? objects.read(entry.object.digest)
        else { continue }
        text += "\n" + style.bold(stage.name) + "\n" + String(decoding: bytes, as: UTF8.self)
      }
    }
    return text
  }

  /// The metrics of a matrix's instances, each from its least to its greatest value.
  private func ranges(_ stages: [StageReport]) -> String {
    let names = Self.preferred.filter { name in
      stages.contains { $0.metrics.contains { $0.name == name } }
    }
    return names.prefix(3).compactMap { name in
      let values = stages.compactMap { stage in stage.metrics.first { $0.name == name }?.value }
      guard let least = values.min(), let greatest = values.max() else { return nil }
      return least == greatest
        ? "\(name) \(Figures.metric(least))" : "\(name) \(Figures.metric(least))…\(Figures.metric(greatest))"
    }.joined(separator: "  ")
  }

  private func metrics(_ stage: StageReport) -> String {
    // A report is printed whole below the table.
    if stage.outputs.contains(where: { $0.type == .report }) { return "" }
    let chosen = Self.preferred.compactMap { name in stage.metrics.first { $0.name == name } }
    return (chosen.isEmpty ? stage.metrics : chosen).prefix(3)
      .map { "\($0.name) \(Figures.metric($0.value))" }.joined(separator: "  ")
  }
}
