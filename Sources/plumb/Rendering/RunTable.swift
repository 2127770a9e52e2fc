import Lineage

/// The stages of a run as a table, with what failed and what was required below it.
struct RunTable {
  private let run: RunDetail

  init(_ run: RunDetail) { self.run = run }

  func render(_ style: Style) -> String {
    var table = TextTable([
      ("STAGE", .left), ("KIND", .left), ("STATE", .left), ("TIME", .right), ("OUTPUTS", .left),
      (run.stages.contains { !note($0).isEmpty } ? "NOTE" : "", .left),
    ])
    for stage in run.stages {
      let execution = stage.execution
      table.add([
        stage.plan.name, stage.plan.kind, style.state(stage.state(in: run.summary.state)),
        time(execution), outputs(execution, style), style.dim(note(stage)),
      ])
    }
    var text = table.render(style)
    for stage in run.stages {
      if let failure = stage.execution?.failure {
        text += "\n\(style.bold(stage.plan.name)): \(failure.text(style))"
      }
    }
    if !run.requirements.isEmpty {
      text += "\n" + run.requirements.map { $0.text(style) + "\n" }.joined()
    }
    return text
  }

  private func time(_ execution: ExecutionDetail?) -> String {
    guard let execution, execution.state != .cached, execution.state != .skipped else { return "" }
    return execution.seconds.map(Figures.duration) ?? ""
  }

  private func outputs(_ execution: ExecutionDetail?, _ style: Style) -> String {
    (execution?.outputs ?? []).map { "\($0.port) \(style.dim($0.artifact.digest.short))" }
      .joined(separator: "  ")
  }

  /// How far a stage came that has no outputs; why one runs that is still to come, and why one was skipped.
  private func note(_ stage: RunStage) -> String {
    guard let execution = stage.execution else {
      return run.summary.state == .running ? stage.plan.reason : ""
    }
    switch execution.state {
    case .running, .failed, .interrupted: return execution.progress?.text ?? ""
    case .skipped: return execution.reason
    case .succeeded, .cached: return ""
    }
  }
}
