import Pipeline

/// One line about a stage that runs: a bar with rate, remaining time and the stage's own note.
struct ProgressBar {
  /// Columns of the bar itself.
  static let barWidth = 24

  var stage: String
  var progress: StageProgress?
  var rate = ProgressRate()
  /// Seconds since the stage began.
  var elapsed: Double

  /// - Parameters:
  ///   - nameWidth: columns that the names of stages take.
  ///   - width: columns of the terminal.
  func render(nameWidth: Int, width: Int, _ style: Style) -> String {
    let name = "  " + stage.padded(to: nameWidth) + "  "
    guard let progress, progress.total > 0 else {
      return name + style.dim("starting  \(Figures.duration(elapsed))")
    }
    let facts = self.facts(progress).joined(separator: "  ")
    let room = max(0, width - name.displayWidth - Self.barWidth - 2 - 1)
    return name + bar(progress, style) + "  " + facts.truncated(to: room)
  }

  /// The same as a line for a log.
  func line(_ style: Style) -> String {
    guard let progress, progress.total > 0 else { return "\(stage)  \(Figures.duration(elapsed))" }
    return "\(stage)  \(facts(progress).joined(separator: "  "))"
  }

  private func facts(_ progress: StageProgress) -> [String] {
    let isDone = progress.done >= progress.total
    return [
      "\(progress.done)/\(progress.total) \(progress.unit)", rate.text(progress.unit),
      isDone ? nil : rate.remaining(of: progress.total).map(Self.remaining),
      progress.note.isEmpty ? nil : progress.note,
    ].compactMap { $0 }
  }

  private static func remaining(_ seconds: Double) -> String {
    "eta " + (seconds < 59.5 ? "\(Int(seconds.rounded(.up)))s" : Figures.duration(seconds))
  }

  private func bar(_ progress: StageProgress, _ style: Style) -> String {
    let share = min(1, max(0, Double(progress.done) / Double(progress.total)))
    let filled = Int((share * Double(Self.barWidth)).rounded(.down))
    return style.cyan(String(repeating: "━", count: filled))
      + style.dim(String(repeating: "─", count: Self.barWidth - filled))
  }
}
