import Artifacts
import Diagnostics
import GRDB

extension LineageDatabase {
  /// Moves a tag to an artifact; what it meant before stays in its history.
  ///
  /// - Parameters:
  ///   - label: how the artifact is called; for the name of another tag, what that one says is written down.
  ///   - manner: a protected tag is moved by a promotion, or by force.
  ///   - evidence: what it is promoted for.
  /// - Returns: false if it points there already, and nothing was written; a promotion is always written.
  /// - Throws: `Diagnostic` if the name means something else, or the tag is protected against being moved like this.
  @discardableResult
  public func tag(
    _ artifact: Artifact, as name: TagName, label: String?, note: String = "", author: String = "",
    manner: TagManner = .moved, evidence: TagEvidence? = nil
  ) throws -> Bool {
    try write { db in
      let queries = LineageQueries(db: db)
      try queries.checkFree(name)
      guard try manner == .promoted || queries.tag(name)?.artifact != artifact else { return false }
      let other = try label.flatMap { try? TagName($0) }.flatMap { try queries.tag($0) }
      let label = other?.artifact == artifact ? other?.label : label
      try db.run(
        """
        INSERT INTO tag (name, artifact, label, note, author, moved_at, manner, evidence)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [
          name.text, try db.artifactRow(for: artifact), label.map(ColumnRule.line.cleaned),
          ColumnRule.text.cleaned(note), ColumnRule.line.cleaned(author), try db.timeOfMove(of: name),
          try queries.permitted(manner, of: name).rawValue, evidence?.json.compact,
        ])
      return true
    }
  }

  /// Takes a tag away; its history stays.
  ///
  /// - Parameter manner: a protected tag is taken away by force only.
  /// - Throws: `Diagnostic` if there is no such tag, or it is protected.
  public func untag(
    _ name: TagName, note: String = "", author: String = "", manner: TagManner = .moved
  ) throws {
    try write { db in
      let queries = LineageQueries(db: db)
      guard try queries.tag(name) != nil else { throw Diagnostic.unknownTag(name) }
      try db.run(
        "INSERT INTO tag (name, note, author, moved_at, manner) VALUES (?, ?, ?, ?, ?)",
        [
          name.text, ColumnRule.text.cleaned(note), ColumnRule.line.cleaned(author),
          try db.timeOfMove(of: name), try queries.permitted(manner, of: name).rawValue,
        ])
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

extension Database {
  /// Now, or just after the newest move of a tag if that was made by a clock that is ahead: histories are put in order
  /// by their times where stores share them.
  fileprivate func timeOfMove(of name: TagName) throws -> Int64 {
    let newest: Int64? = try value("SELECT max(moved_at) FROM tag WHERE name = ?", [name.text])
    return ColumnRule.bounded(max(currentMilliseconds(), (newest ?? 0) + 1))
  }
}

extension LineageQueries {
  /// What a tag of this name would hide; nil if nothing.
  func otherMeaning(of name: TagName) throws -> String? {
    if name.text == Self.newestRun { return "'\(name)' means the newest run" }
    guard try hasStage(name.text) else { return nil }
    return "a stage is called '\(name)', and names of stages mean their newest output"
  }

  /// - Throws: `Diagnostic` if a tag of this name would hide something.
  func checkFree(_ name: TagName) throws {
    guard let meaning = try otherMeaning(of: name) else { return }
    throw Diagnostic(.invalidTag, meaning, hint: "choose another name for the tag")
  }
}
