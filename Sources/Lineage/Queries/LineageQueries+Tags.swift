import Artifacts
import Diagnostics
import Foundation
import GRDB

extension LineageQueries {
  private static let tagColumns = """
    SELECT tag.*, artifact.type, object.digest, object.kind AS object_kind, object.size FROM tag
    LEFT JOIN artifact ON artifact.id = tag.artifact LEFT JOIN object ON object.digest = artifact.digest
    """

  /// What a tag means now, or meant at a time; nil if it meant nothing.
  public func tag(_ name: TagName, at time: Date? = nil) throws -> TagRecord? {
    let row = try db.row(
      """
      \(Self.tagColumns) WHERE name = ?1 AND (?2 IS NULL OR moved_at <= ?2) ORDER BY tag.sequence DESC LIMIT 1
      """, [name.text, time.map { Int64($0.timeIntervalSince1970 * 1000) }])
    let record = try row.map { try TagRecord($0) }
    return record?.artifact == nil ? nil : record
  }

  /// The tags that mean something now, by name.
  public func tags() throws -> [TagRecord] {
    try db.rows(
      """
      \(Self.tagColumns) WHERE tag.sequence IN (SELECT max(sequence) FROM tag GROUP BY name)
        AND tag.artifact IS NOT NULL ORDER BY name
      """
    ).map { try TagRecord($0) }
  }

  /// Every move of a tag, newest first.
  public func history(of name: TagName) throws -> [TagRecord] {
    try db.rows("\(Self.tagColumns) WHERE name = ? ORDER BY tag.sequence DESC", [name.text])
      .map { try TagRecord($0) }
  }

  /// The tags that mean an artifact's content now.
  public func tags(of digest: Digest) throws -> [String] {
    try tags().filter { $0.artifact?.digest == digest }.map(\.name)
  }

  /// Artifacts that garbage collection never takes, newest first.
  public func pins() throws -> [PinRecord] {
    try db.rows(
      """
      SELECT pin.*, artifact.type, object.digest, object.kind AS object_kind, object.size FROM pin
      JOIN artifact ON artifact.id = pin.artifact JOIN object ON object.digest = artifact.digest
      ORDER BY pinned_at DESC, pin.artifact
      """
    ).map { row in
      PinRecord(
        artifact: try row.artifact(), label: row["label"], note: row["note"], pinnedAt: row.date("pinned_at"))
    }
  }
}

extension TagRecord {
  fileprivate init(_ row: Row) throws {
    let hasArtifact = row["artifact"] as Int64? != nil
    self.init(
      name: row["name"], artifact: hasArtifact ? try row.artifact() : nil, label: row["label"],
      note: row["note"], author: row["author"], movedAt: row.date("moved_at"), manner: try row.word("manner"),
      evidence: TagEvidence(json: try row.json("evidence")))
  }
}

extension Diagnostic {
  static func unknownTag(_ name: TagName) -> Diagnostic {
    Diagnostic(.unknownReference, "there is no tag '\(name)'", hint: "plumb tags")
  }
}
