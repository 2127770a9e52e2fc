import Artifacts
import Diagnostics
import GRDB

extension LineageDatabase {
  /// Moves a tag to an artifact; what it meant before stays in its history.
  ///
  /// - Returns: false if it points there already, and nothing was written.
  @discardableResult
  public func tag(
    _ artifact: Artifact, as name: TagName, label: String?, note: String = "", author: String = ""
  ) throws -> Bool {
    try write { db in
      guard try LineageQueries(db: db).tag(name)?.artifact != artifact else { return false }
      try db.run(
        "INSERT INTO tag (name, artifact, label, note, author, moved_at) VALUES (?, ?, ?, ?, ?, ?)",
        [name.text, try db.artifactRow(for: artifact), label, note, author, currentMilliseconds()])
      return true
    }
  }

  /// Takes a tag away; its history stays.
  ///
  /// - Throws: `Diagnostic` if there is no such tag.
  public func untag(_ name: TagName, note: String = "", author: String = "") throws {
    try write { db in
      guard try LineageQueries(db: db).tag(name) != nil else { throw Diagnostic.unknownTag(name) }
      try db.run(
        "INSERT INTO tag (name, note, author, moved_at) VALUES (?, ?, ?, ?)",
        [name.text, note, author, currentMilliseconds()])
    }
  }

  /// Keeps an artifact from garbage collection until it is unpinned.
  public func pin(_ artifact: Artifact, label: String?, note: String = "") throws {
    try write { db in
      try db.run(
        "INSERT OR REPLACE INTO pin (artifact, label, note, pinned_at) VALUES (?, ?, ?, ?)",
        [try db.artifactRow(for: artifact), label, note, currentMilliseconds()])
    }
  }

  /// - Returns: whether the artifact was pinned.
  @discardableResult
  public func unpin(_ artifact: Artifact) throws -> Bool {
    try write { db in
      try db.run(
        "DELETE FROM pin WHERE artifact = (SELECT id FROM artifact WHERE digest = ? AND type = ?)",
        [artifact.digest.text, artifact.type])
      return db.changesCount > 0
    }
  }
}
