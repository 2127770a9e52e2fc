import Artifacts
import Execution
import JSONText
import Lineage

extension RunRecord {
  /// The summary as it is: a run that is written down as running without an owner has been interrupted. The next
  /// command that writes will say so in the database; a reader does not.
  func withLiveState(in layout: StoreLayout) -> RunRecord {
    var run = self
    if state == .running, !FileLock.isHeld(layout.lock(ofRun: id.text)) {
      run.state = .interrupted
      if let unfinished = run.counts.removeValue(forKey: .running) {
        run.counts[.interrupted, default: 0] += unfinished
      }
    }
    return run
  }

  /// Such as `3 succeeded, 1 cached`.
  var stageCounts: String {
    ExecutionState.inOrder.compactMap { state in counts[state].map { "\($0) \(state.rawValue)" } }
      .joined(separator: ", ")
  }

  var json: JSON {
    [
      "id": .string(id.text), "pipeline": .string(pipeline), "manifest": .string(manifestPath),
      "state": .string(state.rawValue), "started_at": .string(Figures.timestamp(startedAt)),
      "seconds": JSON(seconds),
      "stages": .object(
        ExecutionState.inOrder.compactMap { state in
          counts[state].map { JSON.Member(state.rawValue, .integer($0)) }
        }),
    ]
  }
}

extension ExecutionState {
  static let inOrder: [ExecutionState] = [.running, .succeeded, .cached, .failed, .skipped, .interrupted]
}

extension RunStage {
  /// What became of the stage, in one word.
  ///
  /// - Parameter runState: the state of its run, which decides whether it is still to come.
  func state(in runState: RunState) -> String {
    switch execution?.state {
    case .running where runState != .running: ExecutionState.interrupted.rawValue
    case let state?: state.rawValue
    case nil: runState == .running ? "pending" : StageReport.State.notRun.rawValue
    }
  }

  func json(in runState: RunState) -> JSON {
    var members: [JSON.Member] = [
      .init("name", .string(plan.name)), .init("kind", .string(plan.kind)),
      .init("state", .string(state(in: runState))), .init("decision", .string(plan.decision)),
      .init("reason", .string(plan.reason)),
    ]
    if let execution {
      members += [
        .init("execution", .string(execution.id.text)), .init("key", JSON(execution.key?.text)),
        .init("seconds", JSON(execution.seconds)), .init("cached_from", JSON(execution.cachedFrom?.text)),
        .init("progress", execution.progress.map(\.json) ?? .null),
        .init("outputs", execution.outputsJSON), .init("metrics", execution.metricsJSON),
        .init("error", execution.failure.map(\.json) ?? .null),
      ]
    }
    return .object(members)
  }
}

extension ProgressRecord {
  var json: JSON {
    ["done": .integer(done), "total": .integer(total), "unit": .string(unit), "note": .string(note)]
  }

  /// Such as `120/600 steps  loss 2.31`.
  var text: String { "\(done)/\(total) \(unit)" + (note.isEmpty ? "" : "  \(note)") }
}

extension ExecutionDetail {
  /// Digests by port.
  var outputsJSON: JSON {
    .object(outputs.map { JSON.Member($0.port, .string($0.artifact.digest.text)) })
  }

  /// Last values by name.
  var metricsJSON: JSON { .object(metrics.map { JSON.Member($0.name, JSON($0.value)) }) }
}

extension ExecutionFailure {
  var json: JSON {
    [
      "code": .string(code), "message": .string(message), "exit_code": JSON(exitCode.map(Int.init)),
      "signal": JSON(signal.map(Int.init)), "log_tail": .string(logTail),
    ]
  }

  /// The cause, and the end of the log below it.
  func text(_ style: Style) -> String {
    let log = logTail.split(separator: "\n", omittingEmptySubsequences: false)
      .map { style.dim("  │ ") + $0 + "\n" }
    return style.error("error[\(code)]") + ": \(message)\n" + (logTail.isEmpty ? "" : log.joined())
  }
}

extension RequirementRecord {
  var json: JSON {
    [
      "stage": .string(stage), "metric": .string(metric), "condition": .string(condition),
      "value": JSON(value), "passed": .bool(passed),
    ]
  }

  func text(_ style: Style) -> String {
    let found = value.map { Figures.metric($0) } ?? "no such metric"
    return "\(passed ? style.green("✓") : style.red("✗")) \(stage): \(metric) \(condition) (\(found))"
  }
}
