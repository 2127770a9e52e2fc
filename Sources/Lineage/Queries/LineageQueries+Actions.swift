import Artifacts
import GRDB

extension LineageQueries {
  /// The result that stands for a key; nil if the key never succeeded.
  ///
  /// Whether its bytes are still in the store is for `ObjectStore` to say.
  public func result(for key: Digest) throws -> ActionResult? {
    guard
      let row = try db.row(
        """
        SELECT execution.sequence, execution.id, execution.seconds FROM action
        JOIN action_result ON action_result.action = action.id AND canonical = 1
        JOIN execution ON execution.sequence = action_result.execution WHERE action.key = ?
        """, [key.text])
    else { return nil }
    return ActionResult(
      key: key, execution: ExecutionID(row["id"]), outputs: try outputs(of: row["sequence"]),
      seconds: row["seconds"] ?? 0)
  }

  /// Executions that made other bytes for a key than its canonical result.
  public func differingResults(for key: Digest) throws -> [ExecutionID] {
    try db.rows(
      """
      SELECT execution.id FROM action JOIN action_result AS canonical
        ON canonical.action = action.id AND canonical.canonical = 1
      JOIN action_result AS other ON other.action = action.id
        AND other.outputs_digest <> canonical.outputs_digest
      JOIN execution ON execution.sequence = other.execution
      WHERE action.key = ? ORDER BY execution.sequence
      """, [key.text]
    ).map { ExecutionID($0["id"]) }
  }

  /// The leaves of a key in their order; empty for a key nobody used.
  public func components(of key: Digest) throws -> [KeyComponent] {
    try db.rows(
      """
      SELECT path, type, value FROM action_component
      WHERE action = (SELECT id FROM action WHERE key = ?) ORDER BY position
      """, [key.text]
    ).compactMap { row in
      KeyValue(typeName: row["type"], valueText: row["value"]).map { KeyComponent(row["path"], $0) }
    }
  }

  /// What the stage was made of before: its newest execution in the same pipeline, or, if it never ran there, the
  /// newest of its kind in the store. nil if the kind never ran.
  ///
  /// - Parameter key: an action to leave out, so that a stage is not compared with itself.
  public func previousAction(
    pipeline: String, stage: String, kind: String, excluding key: Digest? = nil
  ) throws -> PreviousAction? {
    let columns = """
      SELECT execution.id, execution.state, run.id AS run_id, action.key FROM execution
      JOIN run ON run.sequence = execution.run JOIN action ON action.id = execution.action
      """
    let ofStage = try db.row(
      """
      \(columns) WHERE execution.stage = ?1 AND run.pipeline = ?2 AND (?3 IS NULL OR action.key <> ?3)
      ORDER BY execution.sequence DESC LIMIT 1
      """, [stage, pipeline, key?.text])
    let row =
      try ofStage
      ?? db.row(
        """
        \(columns) WHERE action.id = (
          SELECT id FROM action WHERE kind = ?1 AND (?2 IS NULL OR key <> ?2) ORDER BY id DESC LIMIT 1
        ) ORDER BY execution.sequence DESC LIMIT 1
        """, [kind, key?.text])
    guard let row else { return nil }
    let found = try row.digest("key")
    return PreviousAction(
      key: found, execution: ExecutionID(row["id"]), run: RunID(row["run_id"]), state: try row.word("state"),
      isSameStage: ofStage != nil, components: try components(of: found))
  }

  /// What the last success of a stage in a pipeline cost, with the attempts it went on from; nil if it never succeeded there as that kind.
  public func lastCost(pipeline: String, stage: String, kind: String) throws -> ExecutionCost? {
    try db.row(
      """
      SELECT \(Self.secondsOfAttempts), execution.peak_memory, \(Self.outputBytes)
      FROM execution JOIN run ON run.sequence = execution.run
      WHERE execution.stage = ? AND run.pipeline = ? AND execution.kind = ? AND execution.state = 'succeeded'
      ORDER BY execution.sequence DESC LIMIT 1
      """, [stage, pipeline, kind]
    ).map(Self.cost)
  }

  /// What the newest action of a kind cost, in whatever pipeline; nil if it did not succeed or there is none.
  public func lastCost(kind: String) throws -> ExecutionCost? {
    try db.row(
      """
      SELECT \(Self.secondsOfAttempts), execution.peak_memory, \(Self.outputBytes) FROM action_result
      JOIN execution ON execution.sequence = action_result.execution
      WHERE canonical = 1
        AND action_result.action = (SELECT id FROM action WHERE kind = ? ORDER BY id DESC LIMIT 1)
      """, [kind]
    ).map(Self.cost)
  }

  /// Seconds of an execution and of those whose checkpoints it went on from, as far as they are known.
  static let secondsOfAttempts = """
    (WITH RECURSIVE attempt(earlier, seconds) AS (
        SELECT execution.resumed_from, execution.seconds
        UNION ALL SELECT before.resumed_from, before.seconds
        FROM execution AS before JOIN attempt ON before.sequence = attempt.earlier
      ) SELECT SUM(seconds) FROM attempt) AS attempts_seconds
    """

  private static let outputBytes = """
    (SELECT CAST(total(object.size) AS INTEGER) FROM edge JOIN artifact ON artifact.id = edge.artifact
      JOIN object ON object.digest = artifact.digest
      WHERE edge.execution = execution.sequence AND edge.direction = 'out') AS bytes
    """

  private static func cost(_ row: Row) -> ExecutionCost {
    ExecutionCost(
      seconds: row["attempts_seconds"] ?? 0, bytes: row["bytes"] ?? 0, peakMemory: row["peak_memory"])
  }

  /// The newest interrupted or failed execution of a key, whose checkpoint a new one may continue from.
  public func lastUnfinished(_ key: Digest) throws -> (execution: ExecutionID, attempt: Int)? {
    try db.row(
      """
      SELECT execution.id, execution.attempt FROM execution
      WHERE action = (SELECT id FROM action WHERE key = ?) AND state IN ('interrupted', 'failed')
      ORDER BY sequence DESC LIMIT 1
      """, [key.text]
    ).map { (ExecutionID($0["id"]), $0["attempt"]) }
  }
}
