import Artifacts
import Foundation
import GRDB
import JSONText

extension LineageDatabase {
  /// Writes an execution down as running, with its key and its inputs.
  public func start(_ start: ExecutionStart, in run: ActiveRun) throws -> ExecutionID {
    let id = ExecutionID.make()
    try write { db in
      let action = try db.actionRow(for: start.key, kind: start.kind, version: start.kindVersion)
      try db.run(
        """
        INSERT INTO execution (id, run, stage, kind, action, attempt, state, reason, configuration, threads,
          estimated_memory, started_at)
        VALUES (?, (SELECT sequence FROM run WHERE id = ?), ?, ?, ?, ?, 'running', ?, ?, ?, ?, ?)
        """,
        [
          id.text, run.id.text, start.stage, start.kind, action, start.attempt, start.reason,
          start.configuration.compact, start.usage.threads, start.usage.estimatedMemory,
          currentMilliseconds(),
        ])
      let execution = db.lastInsertedRowID
      for (position, input) in start.inputs.enumerated() {
        try db.run(
          """
          INSERT INTO edge (execution, direction, port, position, name, label, artifact, producer)
          VALUES (?, 'in', ?, ?, ?, ?, ?, (SELECT sequence FROM execution WHERE id = ?))
          """,
          [
            execution, input.port, position, input.name, input.label, try db.artifactRow(for: input.artifact),
            input.producer?.text,
          ])
      }
    }
    return id
  }

  /// Notes the process that an execution runs in.
  public func recordProcess(_ processID: Int32, of execution: ExecutionID) throws {
    try write { db in
      try db.run("UPDATE execution SET process = ? WHERE id = ?", [processID, execution.text])
    }
  }

  /// Notes that an execution goes on from the checkpoint that an earlier one of its key left.
  ///
  /// - Parameter step: how far that one had come.
  public func recordResumption(of execution: ExecutionID, from origin: ExecutionID, step: Int) throws {
    try write { db in
      try db.run(
        """
        UPDATE execution SET resumed_from = (SELECT sequence FROM execution WHERE id = ?), resumed_step = ?
        WHERE id = ?
        """, [origin.text, step, execution.text])
    }
  }

  /// Writes down that a stage used the result of an earlier execution.
  @discardableResult
  public func recordCached(
    stage: String, kind: String, result: ActionResult, reason: String, in run: ActiveRun
  )
    throws -> ExecutionID
  {
    try recordWithoutRunning(
      .cached, stage: stage, kind: kind, key: result.key, origin: result.execution, reason: reason, in: run)
  }

  /// Writes down that a stage was not run because something it needs failed.
  @discardableResult
  public func recordSkipped(stage: String, kind: String, reason: String, in run: ActiveRun) throws
    -> ExecutionID
  {
    try recordWithoutRunning(
      .skipped, stage: stage, kind: kind, key: nil, origin: nil, reason: reason, in: run)
  }

  private func recordWithoutRunning(
    _ state: ExecutionState, stage: String, kind: String, key: Digest?, origin: ExecutionID?, reason: String,
    in run: ActiveRun
  ) throws -> ExecutionID {
    let id = ExecutionID.make()
    try write { db in
      let now = currentMilliseconds()
      try db.run(
        """
        INSERT INTO execution (id, run, stage, kind, action, state, reason, cached_from, started_at, finished_at,
          seconds)
        VALUES (?, (SELECT sequence FROM run WHERE id = ?), ?, ?, (SELECT id FROM action WHERE key = ?), ?, ?,
          (SELECT sequence FROM execution WHERE id = ?), ?, ?, 0)
        """,
        [
          id.text, run.id.text, stage, kind, key?.text, state.rawValue, reason, origin?.text, now, now,
        ])
    }
    return id
  }

  /// Records a success in one transaction: artifacts, edges, the result of the key, and the state. The outputs'
  /// bytes are in the store already.
  ///
  /// - Parameters:
  ///   - seconds: by a clock that is never set back.
  ///   - usage: what it used.
  ///   - metrics: points not recorded yet.
  ///   - replacingCanonical: the canonical result's bytes are lost, so that this one takes its place.
  /// - Returns: whether the result is the first of its key, the same again, or another one.
  @discardableResult
  public func succeed(
    _ execution: ExecutionID, outputs: [OutputRecord], seconds: Double,
    usage: ExecutionUsage = ExecutionUsage(), metrics: [MetricPoint] = [], replacingCanonical: Bool = false
  ) throws -> ResultStanding {
    try write { db in
      let sequence = try db.required("SELECT sequence FROM execution WHERE id = ?", [execution.text])
      for (position, output) in outputs.enumerated() {
        try db.run(
          """
          INSERT INTO edge (execution, direction, port, position, artifact, facts)
          VALUES (?, 'out', ?, ?, ?, ?)
          """,
          [sequence, output.port, position, try db.artifactRow(for: output.artifact), output.facts.compact])
      }
      try db.record(metrics, of: sequence)
      try db.end(execution, .succeeded, seconds: seconds, usage)
      return try db.recordResult(
        of: sequence, outputsDigest: Digest(ofOutputs: outputs), replacingCanonical: replacingCanonical)
    }
  }

  /// Records a failure; what the execution wrote is no result.
  public func fail(
    _ execution: ExecutionID, _ failure: ExecutionFailure, seconds: Double,
    usage: ExecutionUsage = ExecutionUsage()
  ) throws {
    try write { db in
      try db.run(
        """
        UPDATE execution SET exit_code = ?, signal = ?, error_code = ?, error_message = ?, log_tail = ?
        WHERE id = ? AND state = 'running'
        """,
        [
          failure.exitCode, failure.signal, failure.code, failure.message, failure.logTail, execution.text,
        ])
      try db.end(execution, .failed, seconds: seconds, usage)
    }
  }

  /// Records that an execution stopped because it was asked to.
  public func interrupt(
    _ execution: ExecutionID, seconds: Double, usage: ExecutionUsage = ExecutionUsage()
  ) throws {
    try write { db in try db.end(execution, .interrupted, seconds: seconds, usage) }
  }
}

extension Database {
  fileprivate func end(
    _ execution: ExecutionID, _ state: ExecutionState, seconds: Double, _ usage: ExecutionUsage
  ) throws {
    try run(
      """
      UPDATE execution SET state = ?, finished_at = ?, seconds = ?, peak_memory = ?, processor_seconds = ?
      WHERE id = ?
      """,
      [
        state.rawValue, currentMilliseconds(), seconds, usage.peakMemory, usage.processorSeconds,
        execution.text,
      ])
    try run(
      "DELETE FROM progress WHERE execution = (SELECT sequence FROM execution WHERE id = ?)",
      [execution.text])
  }

  /// Writes down how an execution's outputs relate to what is known for its key.
  ///
  /// - Parameter mayBeCanonical: false for a result that did not count where it was made.
  func recordResult(
    of execution: Int64, outputsDigest: Digest, replacingCanonical: Bool, mayBeCanonical: Bool = true
  ) throws -> ResultStanding {
    let action = try required("SELECT action FROM execution WHERE sequence = ?", [execution])
    let canonical = try row(
      """
      SELECT execution.id, outputs_digest FROM action_result
      JOIN execution ON execution.sequence = action_result.execution
      WHERE action_result.action = ? AND canonical = 1
      """,
      [action])
    let standing: ResultStanding
    if let canonical, !replacingCanonical {
      let isEqual = canonical["outputs_digest"] == outputsDigest.text
      standing = isEqual ? .repeated : .different(from: ExecutionID(canonical["id"]))
    } else if !mayBeCanonical {
      standing = .repeated
    } else {
      try run("UPDATE action_result SET canonical = 0 WHERE action = ? AND canonical = 1", [action])
      standing = .canonical
    }
    try run(
      "INSERT INTO action_result (action, execution, outputs_digest, canonical) VALUES (?, ?, ?, ?)",
      [action, execution, outputsDigest.text, standing == .canonical])
    return standing
  }
}

extension Digest {
  /// One digest for a set of outputs by port, to compare results with.
  init(ofOutputs outputs: [OutputRecord]) {
    var hasher = KeyHasher()
    for output in outputs.sorted(by: { $0.port < $1.port }) {
      hasher.append(KeyComponent(output.port, .digest(output.artifact.digest)))
    }
    self = hasher.finish()
  }
}
