import Artifacts
import GRDB

/// An execution that was given some content.
public struct Consumption: Sendable, Hashable {
  public var execution: ExecutionID
  public var port: String
  /// The user's name for it on a port with named inputs.
  public var name: String?
  /// What the manifest called it.
  public var label: String
}

extension LineageQueries {
  /// The executions that were given some content and succeeded, newest first.
  public func consumers(of digest: Digest) throws -> [Consumption] {
    try db.rows(
      """
      SELECT execution.id, edge.port, edge.name, edge.label FROM artifact
      JOIN edge ON edge.artifact = artifact.id AND edge.direction = 'in'
      JOIN execution ON execution.sequence = edge.execution AND execution.state = 'succeeded'
      WHERE artifact.digest = ? ORDER BY edge.execution DESC
      """, [digest.text]
    ).map {
      Consumption(
        execution: ExecutionID($0["id"]), port: $0["port"], name: $0["name"], label: $0["label"] ?? "")
    }
  }

  /// An execution and all whose outputs it was made from, directly or through others, oldest first.
  public func executions(behind execution: ExecutionID) throws -> [ExecutionID] {
    try db.rows(
      """
      WITH RECURSIVE up(execution) AS (
        SELECT coalesce(cached_from, sequence) FROM execution WHERE id = ?
        UNION SELECT edge.producer FROM up JOIN edge
          ON edge.execution = up.execution AND edge.direction = 'in' WHERE edge.producer IS NOT NULL
      ) SELECT id FROM up JOIN execution ON execution.sequence = up.execution ORDER BY execution.sequence
      """, [execution.text]
    ).map { ExecutionID($0["id"]) }
  }
}
