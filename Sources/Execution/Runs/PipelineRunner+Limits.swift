import Diagnostics
import Foundation
import Lineage
import Pipeline

extension PipelineRunner {
  // MARK: Timeouts

  /// Asks stages to stop whose time is up, and ends those that do not.
  func enforceTimeouts() {
    for (name, stage) in active {
      guard let limit = stage.node.policy.timeout, stage.seconds >= limit.seconds else { continue }
      if !stage.isTimedOut {
        active[name]?.isTimedOut = true
        observe(.timedOut(stage: name, limit: limit))
        stage.running?.cancel()
      } else if stage.seconds >= limit.seconds + options.grace {
        stage.running?.kill()
      }
    }
  }

  /// How a stage ended, seen from outside: one that was stopped for its time failed, and a kill is told with figures.
  func judge(_ outcome: StageOutcome, of stage: ActiveStage) -> StageOutcome {
    switch outcome {
    case .cancelled where stage.isTimedOut && interruption.requests == 0:
      guard let limit = stage.node.policy.timeout else { return outcome }
      let done = stage.progress.map { " at \($0.done) of \($0.total) \($0.unit)" } ?? ""
      let rest = stage.saved == nil ? "" : ", which goes on from the checkpoint"
      return .failed(
        StageFailure([
          Diagnostic(
            .stageTimedOut, "the stage was stopped\(done) because its timeout of \(limit) was over",
            at: stage.node.location,
            hint: "raise 'timeout' (it is not in the cache key) and run the same command again\(rest)")
        ]))
    case .failed(var failure) where failure.signal == SIGKILL:
      failure.diagnostics = [diagnosis(of: stage).diagnostic]
      return .failed(failure)
    case .succeeded, .cancelled, .failed: return outcome
    }
  }

  private func diagnosis(of stage: ActiveStage) -> KilledStage {
    var kills = 0
    if let before = stage.memoryKills, let now = MachineResources.memoryKills { kills = now - before }
    return KilledStage(
      peakMemory: stage.usage?.peakMemory, expectedMemory: stage.estimate?.memory,
      machineMemory: MachineResources.current.memory, memoryKills: kills,
      saved: stage.saved, hasRetries: stage.node.policy.retries > 0)
  }

  // MARK: Retries

  /// Has a stage tried again after a failure that is none of its own.
  ///
  /// - Returns: whether another attempt follows.
  func retry(_ stage: ActiveStage, after failure: StageFailure) throws -> Bool {
    let name = stage.node.name
    let used = queue.retries[name, default: 0]
    guard failure.isTransient, used < stage.node.policy.retries, interruption.requests == 0 else {
      return false
    }
    try? database.record(stage.unwritten, of: stage.execution)
    try database.fail(
      stage.execution, ExecutionFailure(failure), seconds: stage.seconds, usage: stage.recordedUsage)
    queue.retries[name] = used + 1
    // If it was memory, it must not meet the same neighbours again.
    if failure.signal == SIGKILL { queue.peaks[name] = stage.usage?.peakMemory }
    queue.locks[name] = stage.lock
    schedule.reopen(name)
    let delay = min(60, options.retryDelay * pow(2, Double(used)))
    observe(.retrying(stage: name, failure, attempt: used + 2, seconds: delay))
    DispatchQueue.global().asyncAfter(deadline: .now() + delay) { [mailbox] in
      mailbox.post(.retry(stage: name))
    }
    return true
  }
}

extension StageFailure {
  /// Whether the machine rather than the stage is to blame, so that another attempt may succeed: the process was ended
  /// from outside or could not be started. A crash, bad data or a full disk would only happen again.
  var isTransient: Bool {
    if let signal { return [SIGKILL, SIGTERM, SIGHUP, SIGXCPU].contains(signal) }
    return diagnostics.contains { $0.code == .cannotStart }
  }
}
