import Artifacts
import Diagnostics
import Foundation
import Lineage
import Pipeline

extension PipelineRunner {
  /// Takes in how a stage ended, stores what it made, and settles what follows.
  func end(_ stage: ActiveStage, _ ended: StageOutcome) throws {
    let outcome = judge(ended, of: stage)
    if case .failed(let failure) = outcome, try retry(stage, after: failure) { return }
    var report = StageReport(stage.node, .succeeded, reason: stage.reason, key: stage.key.digest)
    report.metrics = stage.metrics
    report.resumedFrom = stage.resumedFrom
    switch outcome {
    case .succeeded:
      do {
        let outputs = try objects.withoutCollection {
          let outputs = try store(stage)
          try database.succeed(
            stage.execution, outputs: outputs, seconds: stage.seconds, usage: stage.recordedUsage,
            metrics: stage.unwritten, replacingCanonical: stage.replacesStored)
          return outputs
        }
        try? FileManager.default.removeItem(at: stage.checkpoints)
        adopt(outputs, madeBy: stage.execution, into: &report)
      } catch let error as Diagnostic {
        return try end(stage, .failed(StageFailure([error])))
      }
    case .cancelled:
      try? database.record(stage.unwritten, of: stage.execution)
      try database.interrupt(stage.execution, seconds: stage.seconds, usage: stage.recordedUsage)
      report.state = .interrupted
      schedule.stop()
    case .failed(let failure):
      try? database.record(stage.unwritten, of: stage.execution)
      try database.fail(
        stage.execution, ExecutionFailure(failure), seconds: stage.seconds, usage: stage.recordedUsage)
      report.state = .failed
      report.failure = failure
    }
    report.seconds = stage.seconds
    try conclude(stage.node, &report)
  }

  /// Brings the outputs of a stage into the store.
  ///
  /// - Throws: `Diagnostic` if one is missing or cannot be stored.
  private func store(_ stage: ActiveStage) throws -> [OutputRecord] {
    try stage.node.outputs.map { port in
      let url = stage.outputs.appendingPathComponent(port.name)
      guard FileManager.default.fileExists(atPath: url.path) else {
        throw Diagnostic(.missingOutput, "the stage ended without its output '\(port.name)'")
      }
      let object = try objects.put(url, consuming: true)
      return OutputRecord(
        port: port.name, artifact: Artifact(type: port.type.rawValue, object: object),
        facts: stage.facts[port.name] ?? .object([]))
    }
  }

  /// Makes outputs available to the stages that need them.
  func adopt(_ outputs: [OutputRecord], madeBy execution: ExecutionID, into report: inout StageReport) {
    for output in outputs {
      contents[.stage(report.name, port: output.port)] = Content(
        object: output.artifact.object, producer: execution, originalPath: nil, fileName: output.port)
      if let type = PortType(rawValue: output.artifact.type) {
        report.outputs.append((output.port, type, output.artifact.digest))
      }
    }
  }

  /// Judges requirements, settles what follows from the stage's end, and tells about it.
  func conclude(_ node: StageNode, _ report: inout StageReport) throws {
    var status: Schedule.Status = .done
    switch report.state {
    case .failed: status = .failed
    case .interrupted, .notRun: status = .interrupted
    case .succeeded, .cached, .skipped:
      report.judge(node.requirements)
      if !report.meetsRequirements { status = .failed }
      if !report.verdicts.isEmpty {
        try database.recordRequirements(report.verdicts.map { RequirementRecord($0, of: node) }, of: run)
      }
    }
    let name = node.name
    reports[name] = report
    observe(.finished(report))
    let twins = queue.settle(name)
    let skips = schedule.end(name, status, twins: report.state == .failed ? twins : [])
    for twin in twins { schedule.renew(twin) }
    for (skipped, cause) in skips {
      guard let other = plan.graph[stage: skipped] else { continue }
      let what = report.state == .failed || cause != name ? "failed" : "does not meet a requirement"
      let reason =
        twins.contains(skipped)
        ? "it is the same as \(cause), which \(what)"
        : plan.graph.needs(skipped, cause)
          ? "it needs \(cause), which \(what)" : "\(cause) \(what) before it began"
      try database.recordSkipped(stage: skipped, kind: other.kindName, reason: reason, in: run)
      let report = StageReport(other, .skipped, reason: reason)
      reports[skipped] = report
      observe(.finished(report))
    }
  }
}

extension StageReport {
  /// Holds requirements against the metrics.
  mutating func judge(_ requirements: [Requirement]) {
    verdicts = requirements.map { requirement in
      let value = metrics.first { $0.name == requirement.metric }?.value
      return Verdict(
        requirement: requirement, value: value, holds: value.map(requirement.holds(for:)) ?? false)
    }
  }
}

extension RequirementRecord {
  fileprivate init(_ verdict: StageReport.Verdict, of node: StageNode) {
    self.init(
      stage: node.name, metric: verdict.requirement.metric, condition: verdict.requirement.condition,
      value: verdict.value, passed: verdict.holds)
  }
}

extension ExecutionFailure {
  init(_ failure: StageFailure) {
    let first = failure.diagnostics.first
    self.init(
      code: first?.code.rawValue ?? "", message: failure.diagnostics.map(\.message).joined(separator: "\n"),
      exitCode: failure.exitCode, signal: failure.signal, logTail: failure.logTail)
  }
}
