import Diagnostics
import Execution

/// What went wrong in a run, each failure once, with the command that goes on.
struct RunFailures {
  private let report: RunReport
  /// The command line that was typed.
  private let command: String

  init(_ report: RunReport, arguments: [String]) {
    self.report = report
    command = (["plumb"] + arguments.map(\.shellQuoted)).joined(separator: " ")
  }

  func render(_ style: Style) -> String {
    let renderer = DiagnosticRenderer(style: style)
    var text = ""
    for stage in report.stages {
      if let failure = stage.failure {
        text += "\n\(style.error("error")): the stage '\(stage.name)' failed\n"
        text += failure.diagnostics.map(renderer.render).joined()
        if !failure.logTail.isEmpty {
          text += style.dim("last lines of its log:") + "\n"
          text += failure.logTail.split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)\n" }
            .joined()
        }
      }
      for problem in stage.unmetRequirements { text += "\n" + renderer.render(problem) }
    }
    return text.isEmpty && report.state != .interrupted ? "" : text + "\n" + advice(style)
  }

  private func advice(_ style: Style) -> String {
    let text =
      switch report.state {
      case .interrupted: "finished stages stay cached; to go on:"
      case .failed: "finished stages stay cached; mend the cause, then:"
      case .requirementFailed, .succeeded: "change what the stage depends on, then:"
      }
    return "\(style.cyan("hint")): \(text) \(command)\n"
  }
}

extension StageReport {
  /// The requirements that do not hold, as errors.
  var unmetRequirements: [Diagnostic] {
    verdicts.filter { !$0.holds }.map { verdict in
      let requirement = verdict.requirement
      let found = verdict.value.map { "it is \(Figures.metric($0))" } ?? "the stage recorded no such metric"
      return Diagnostic(
        .requirementFailed, "'\(name)' requires \(requirement); \(found)",
        hint: verdict.value == nil
          ? nearestName(to: requirement.metric, among: metrics.map(\.name)).map { "did you mean '\($0)'?" }
          : nil)
    }
  }
}
