import Artifacts
import Foundation
import GRDB

extension LineageQueries {
  /// Every object that must be in the store.
  public func presentObjects() throws -> [ObjectReference] {
    try db.rows("SELECT digest, kind, size FROM object WHERE state = 'present' ORDER BY digest").map { row in
      ObjectReference(digest: try row.digest("digest"), kind: try row.word("kind"), size: row["size"])
    }
  }

  /// Whether garbage collection took an object, so that its absence is no damage.
  public func isCollected(_ digest: Digest) throws -> Bool {
    try db.value("SELECT 1 FROM object WHERE digest = ? AND state = 'deleted'", [digest.text]) as Int64?
      != nil
  }

  /// When garbage collection last took an object; nil where that is not known.
  public func collectionTime(of digest: Digest) throws -> Date? {
    let rows = try db.rows(
      "SELECT deleted_at FROM object WHERE digest = ? AND deleted_at IS NOT NULL", [digest.text])
    return rows.first?.date("deleted_at")
  }

  /// The artifacts with this content, as the types it was used as; empty if it is part of an artifact only.
  public func artifacts(of digest: Digest) throws -> [Artifact] {
    try db.rows(
      """
      SELECT artifact.type, object.digest, object.kind AS object_kind, object.size
      FROM artifact JOIN object ON object.digest = artifact.digest WHERE artifact.digest = ? ORDER BY artifact.id
      """, [digest.text]
    ).map { try $0.artifact() }
  }

  /// The executions that made this content, oldest first.
  public func producers(of digest: Digest) throws -> [(execution: ExecutionID, port: String)] {
    try db.rows(
      """
      SELECT execution.id, edge.port FROM artifact
      JOIN edge ON edge.artifact = artifact.id AND edge.direction = 'out'
      JOIN execution ON execution.sequence = edge.execution WHERE artifact.digest = ? ORDER BY edge.execution
      """, [digest.text]
    ).map { (ExecutionID($0["id"]), $0["port"]) }
  }

  /// The sources this content entered as, newest first.
  public func sources(of digest: Digest) throws -> [(run: RunID, name: String, path: String)] {
    try db.rows(
      """
      SELECT run.id, source.name, source.path FROM artifact JOIN source ON source.artifact = artifact.id
      JOIN run ON run.sequence = source.run WHERE artifact.digest = ? ORDER BY source.run DESC
      """, [digest.text]
    ).map { (RunID($0["id"]), $0["name"], $0["path"]) }
  }
}
