import Artifacts
import Diagnostics
import GRDB
import JSONText

extension LineageQueries {
  /// Runs, newest first.
  ///
  /// - Parameters:
  ///   - pipeline: only runs of the pipeline with this name.
  ///   - limit: at most so many.
  public func runs(pipeline: String? = nil, limit: Int = .max) throws -> [RunRecord] {
    // Two statements, so that the one for a pipeline walks its index and not every run of the others.
    let rows =
      if let pipeline {
        try db.rows(
          "SELECT * FROM run WHERE pipeline = ? ORDER BY sequence DESC LIMIT ?", [pipeline, limit])
      } else {
        try db.rows("SELECT * FROM run ORDER BY sequence DESC LIMIT ?", [limit])
      }
    return try rows.map(summary)
  }

  /// The newest run, of a pipeline or of all.
  public func latestRun(pipeline: String? = nil) throws -> RunRecord? {
    try runs(pipeline: pipeline, limit: 1).first
  }

  /// Everything known of a run.
  ///
  /// - Throws: `Diagnostic` if there is none with this identifier.
  public func run(_ id: RunID) throws -> RunDetail {
    guard
      let row = try db.row(
        """
        SELECT run.*, manifest.text AS manifest_text, environment.facts AS facts FROM run
        JOIN manifest ON manifest.digest = run.manifest
        JOIN environment ON environment.id = run.environment WHERE run.id = ?
        """, [id.text])
    else { throw Diagnostic(.unknownReference, "the store has no run '\(id)'", hint: "plumb runs") }
    let sequence: Int64 = row["sequence"]
    return RunDetail(
      summary: try summary(row), manifestDigest: try row.digest("manifest"),
      manifestText: row["manifest_text"],
      parameters: try row.json("parameters"), choices: try row.json("choices"),
      targets: try row.json("targets").arrayValue?.compactMap(\.stringValue) ?? [],
      environment: try row.json("facts"),
      owner: ProcessIdentity(processID: row["owner_process"], startTime: row["owner_started"]),
      stages: try stages(ofRun: sequence), sources: try sources(ofRun: sequence),
      requirements: try requirements(of: id))
  }

  /// The key of every stage that succeeded or was cached in a run, to tell whether a plan would only repeat it.
  public func keys(of run: RunID) throws -> [String: Digest] {
    var keys: [String: Digest] = [:]
    for row in try db.rows(
      """
      SELECT execution.stage AS stage, action.key AS key FROM execution
      JOIN run ON run.sequence = execution.run JOIN action ON action.id = execution.action
      WHERE run.id = ? AND execution.state IN ('succeeded', 'cached') ORDER BY execution.sequence
      """, [run.text])
    {
      keys[row["stage"]] = try row.digest("key")
    }
    return keys
  }

  private func summary(_ row: Row) throws -> RunRecord {
    var counts: [ExecutionState: Int] = [:]
    for count in try db.rows(
      """
      SELECT state, count(*) AS count FROM execution
      WHERE sequence IN (SELECT max(sequence) FROM execution WHERE run = ? GROUP BY stage) GROUP BY state
      """, [row["sequence"] as Int64])
    {
      counts[try count.word("state")] = count["count"]
    }
    return RunRecord(
      id: RunID(row["id"]), pipeline: row["pipeline"], manifestPath: row["manifest_path"],
      state: try row.word("state"), startedAt: row.date("started_at"), seconds: row["seconds"], counts: counts
    )
  }

  private func stages(ofRun run: Int64) throws -> [RunStage] {
    try db.rows(
      """
      SELECT run_stage.*, (
        SELECT id FROM execution WHERE execution.run = run_stage.run AND execution.stage = run_stage.stage
        ORDER BY sequence DESC LIMIT 1
      ) AS execution FROM run_stage WHERE run = ? ORDER BY position
      """, [run]
    ).map { row in
      let execution: String? = row["execution"]
      return RunStage(
        plan: StagePlanRecord(
          name: row["stage"], kind: row["kind"], decision: row["decision"], reason: row["reason"]),
        execution: try execution.map { try self.execution(ExecutionID($0)) })
    }
  }

  func sources(ofRun run: Int64) throws -> [SourceRecord] {
    try db.rows(
      """
      SELECT source.name, source.path, artifact.type, object.digest, object.kind AS object_kind, object.size
      FROM source JOIN artifact ON artifact.id = source.artifact JOIN object ON object.digest = artifact.digest
      WHERE source.run = ? ORDER BY source.name
      """, [run]
    ).map { SourceRecord(name: $0["name"], path: $0["path"], artifact: try $0.artifact()) }
  }

  /// What was required in a run, and whether it held.
  public func requirements(of run: RunID) throws -> [RequirementRecord] {
    try db.rows(
      "SELECT * FROM requirement WHERE run = (SELECT sequence FROM run WHERE id = ?)", [run.text]
    ).map { row in
      RequirementRecord(
        stage: row["stage"], metric: row["metric"], condition: row["condition"], value: row["value"],
        passed: row["passed"])
    }
  }
}
