import Diagnostics
import Execution
import Foundation
import Pipeline

/// Shows a run on standard error while it goes on: on a terminal a bar for each running stage below lines that stay,
/// elsewhere a line for each change.
final class ProgressDisplay {
  enum Verbosity { case quiet, normal, verbose }

  /// Seconds between two drawings of the bars.
  private static let drawInterval = 0.1
  /// Seconds between two lines about one stage where there is no terminal.
  private static let lineInterval = 10.0

  private let verbosity: Verbosity
  private let style = Style(.error)
  private let isLive: Bool
  private let nameWidth: Int
  private let start = ContinuousClock.now
  private var bars: [(bar: ProgressBar, began: Double, lastLine: Double)] = []
  private var drawnLines = 0
  private var lastDrawing = -Double.infinity

  init(_ verbosity: Verbosity, stages: [String]) {
    self.verbosity = verbosity
    isLive = verbosity != .quiet && StandardStream.error.isTerminal
    nameWidth = stages.map(\.displayWidth).max() ?? 0
  }

  /// A line that stays: a verb in a column of its own, as cargo and uv have it.
  func phase(_ verb: String, _ text: String, seconds: Double? = nil) {
    guard verbosity != .quiet else { return }
    let time = seconds.map { style.dim("  \(Figures.duration($0))") } ?? ""
    writeAbove("\(style.green(verb.leftPadded(to: 12))) \(text)\(time)")
  }

  func show(_ event: RunEvent) {
    switch event {
    case .sourcesFrozen(let count, let seconds):
      phase("Froze", Figures.count(count, "source"), seconds: seconds)
    case .started(let stage, let reason):
      phase("Running", reason.isEmpty ? stage : "\(stage) \(style.dim("(\(reason))"))")
      bars.append((ProgressBar(stage: stage, elapsed: 0), now, now))
    case .waiting(let stage, let maker):
      phase("Waiting", "\(stage): \(maker ?? "another run") is making it; its result will be used")
    case .retrying(let stage, let failure, let attempt, let seconds): retry(stage, failure, attempt, seconds)
    case .timedOut(let stage, let limit):
      failure("Stopping", "\(stage): its timeout of \(limit) is over", nil)
    case .progress(let stage, let progress): advance(stage, progress)
    case .resumed(let stage, let progress):
      phase("Resuming", "\(stage) from \(progress.done)/\(progress.total) \(progress.unit)")
    case .log(let stage, let level, let message): log(stage, level, message)
    case .finished(let report): finish(report)
    case .interrupting(let again):
      guard verbosity != .quiet else { return }
      let text = again ? "at once" : "stages at their next safe point; Ctrl-C again kills them"
      writeAbove("\(style.yellow("Stopping".leftPadded(to: 12))) \(text)")
    case .warning(let diagnostic):
      writeAbove(DiagnosticRenderer(style: style).render(diagnostic).trimmingCharacters(in: .newlines))
    }
    draw()
  }

  // MARK: Events

  private var now: Double { start.duration(to: .now) / .seconds(1) }

  private func advance(_ stage: String, _ progress: StageProgress) {
    guard let index = bars.firstIndex(where: { $0.bar.stage == stage }) else { return }
    bars[index].bar.progress = progress
    bars[index].bar.elapsed = now - bars[index].began
    bars[index].bar.rate.record(done: progress.done, at: now)
    guard !isLive, verbosity != .quiet, now - bars[index].lastLine >= Self.lineInterval else { return }
    bars[index].lastLine = now
    writeAbove(String(repeating: " ", count: 13) + bars[index].bar.line(style))
  }

  private func log(_ stage: String, _ level: StageLogLevel, _ message: String) {
    switch level {
    case .error: writeAbove("\(style.error("error")): \(stage): \(message)")
    case .warning: if verbosity != .quiet { writeAbove("\(style.warning("warning")): \(stage): \(message)") }
    case .info, .debug: if verbosity == .verbose { writeAbove(style.dim("\(stage): \(message)")) }
    }
  }

  private func finish(_ report: StageReport) {
    bars.removeAll { $0.bar.stage == report.name }
    let name = report.name
    switch report.state {
    case .succeeded: phase("Finished", name, seconds: report.seconds)
    case .cached: phase("Cached", style.dim(name))
    case .failed: failure("Failed", name, report.seconds)
    case .interrupted: failure("Interrupted", name, report.seconds)
    case .notRun: break
    case .skipped: failure("Skipped", "\(name): \(report.reason)", nil)
    }
  }

  private func retry(_ stage: String, _ failure: StageFailure, _ attempt: Int, _ seconds: Double) {
    bars.removeAll { $0.bar.stage == stage }
    let cause = failure.diagnostics.first?.message ?? "its process ended"
    self.failure("Retrying", "\(stage): \(cause); attempt \(attempt) in \(Figures.duration(seconds))", nil)
  }

  private func failure(_ verb: String, _ text: String, _ seconds: Double?) {
    guard verbosity != .quiet else { return }
    let coloured =
      verb == "Failed" ? style.error(verb.leftPadded(to: 12)) : style.yellow(verb.leftPadded(to: 12))
    writeAbove("\(coloured) \(text)" + (seconds.map { style.dim("  \(Figures.duration($0))") } ?? ""))
  }

  // MARK: Drawing

  /// Writes lines that stay, above the bars.
  private func writeAbove(_ text: String) {
    StandardStream.error.write(erasure + text + "\n")
    drawnLines = 0
    lastDrawing = -.infinity
  }

  /// Draws the bars over the ones that are there.
  private func draw() {
    guard isLive, now - lastDrawing >= Self.drawInterval || (bars.isEmpty && drawnLines > 0) else { return }
    lastDrawing = now
    let width = StandardStream.error.width
    let lines = bars.map { $0.bar.render(nameWidth: nameWidth, width: width, style) + "\n" }
    StandardStream.error.write(erasure + lines.joined())
    drawnLines = lines.count
  }

  /// Moves to the first bar and clears from there on (ECMA-48: CPL, ED).
  private var erasure: String { drawnLines > 0 ? "\u{1B}[\(drawnLines)F\u{1B}[J" : "" }
}
