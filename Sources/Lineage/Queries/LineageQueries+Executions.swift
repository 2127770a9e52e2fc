import Artifacts
import Diagnostics
import GRDB
import JSONText

extension LineageQueries {
  /// Everything known of an execution; a cached one shows its origin's configuration, edges and metrics.
  ///
  /// - Throws: `Diagnostic` if there is none with this identifier.
  public func execution(_ id: ExecutionID) throws -> ExecutionDetail {
    guard
      let row = try db.row(
        """
        SELECT execution.*, \(Self.secondsOfAttempts), run.id AS run_id, action.key AS key, action.version AS kind_version, resumed.id AS resumed_id,
          origin.id AS origin_id, coalesce(execution.configuration, origin.configuration) AS settings
        FROM execution JOIN run ON run.sequence = execution.run
        LEFT JOIN action ON action.id = execution.action
        LEFT JOIN execution AS origin ON origin.sequence = execution.cached_from
        LEFT JOIN execution AS resumed ON resumed.sequence = execution.resumed_from
        WHERE execution.id = ?
        """, [id.text])
    else { throw Diagnostic(.unknownReference, "the store has no execution '\(id)'") }
    let sequence: Int64 = row["sequence"]
    let origin: Int64 = row["cached_from"] ?? sequence
    let key: String? = row["key"]
    return ExecutionDetail(
      id: id, run: RunID(row["run_id"]), stage: row["stage"], kind: row["kind"],
      kindVersion: row["kind_version"], key: key.flatMap { Digest($0) }, attempt: row["attempt"],
      state: try row.word("state"),
      reason: row["reason"], configuration: try row.json("settings"),
      cachedFrom: (row["origin_id"] as String?).map { ExecutionID($0) },
      resumedFrom: (row["resumed_id"] as String?).map { ExecutionID($0) },
      resumedStep: row["resumed_step"], startedAt: row.date("started_at"),
      seconds: row["seconds"], secondsOfAttempts: row["attempts_seconds"], usage: usage(row),
      failure: failure(row), progress: try progress(of: sequence),
      inputs: try inputs(of: origin), outputs: try outputs(of: origin), metrics: try finalMetrics(of: origin))
  }

  private func usage(_ row: Row) -> ExecutionUsage {
    ExecutionUsage(
      threads: row["threads"], estimatedMemory: row["estimated_memory"], peakMemory: row["peak_memory"],
      processorSeconds: row["processor_seconds"])
  }

  private func failure(_ row: Row) -> ExecutionFailure? {
    guard let code: String = row["error_code"] else { return nil }
    return ExecutionFailure(
      code: code, message: row["error_message"] ?? "", exitCode: row["exit_code"], signal: row["signal"],
      logTail: row["log_tail"] ?? "")
  }

  private func progress(of execution: Int64) throws -> ProgressRecord? {
    try db.row("SELECT * FROM progress WHERE execution = ?", [execution]).map { row in
      ProgressRecord(done: row["done"], total: row["total"], unit: row["unit"], note: row["note"])
    }
  }

  func inputs(of execution: Int64) throws -> [InputRecord] {
    try db.rows(
      """
      SELECT edge.port, edge.name, edge.label, producer.id AS producer_id, artifact.type, object.digest,
        object.kind AS object_kind, object.size
      FROM edge JOIN artifact ON artifact.id = edge.artifact JOIN object ON object.digest = artifact.digest
      LEFT JOIN execution AS producer ON producer.sequence = edge.producer
      WHERE edge.execution = ? AND edge.direction = 'in' ORDER BY edge.position
      """, [execution]
    ).map { row in
      InputRecord(
        port: row["port"], name: row["name"], label: row["label"] ?? "", artifact: try row.artifact(),
        producer: (row["producer_id"] as String?).map { ExecutionID($0) })
    }
  }

  func outputs(of execution: Int64) throws -> [OutputRecord] {
    try db.rows(
      """
      SELECT edge.port, edge.facts, artifact.type, object.digest, object.kind AS object_kind, object.size
      FROM edge JOIN artifact ON artifact.id = edge.artifact JOIN object ON object.digest = artifact.digest
      WHERE edge.execution = ? AND edge.direction = 'out' ORDER BY edge.position
      """, [execution]
    ).map { row in
      OutputRecord(port: row["port"], artifact: try row.artifact(), facts: try row.json("facts"))
    }
  }
}
