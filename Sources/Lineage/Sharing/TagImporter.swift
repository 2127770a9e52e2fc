import Artifacts
import Diagnostics
import GRDB
import JSONText

/// Writes moves of tags of another store into this one; valid inside a transaction.
struct TagImporter {
  /// A move as the other store tells it.
  struct Move {
    let json: JSON
    let manner: TagManner
    let time: Int
    /// nil where the name was taken away.
    let artifact: Artifact?

    /// - Throws: `Diagnostic` if it is none.
    init(_ json: JSON, of name: TagName) throws {
      guard let manner = json["manner"]?.stringValue.flatMap(TagManner.init(rawValue:)),
        let time = json["moved_at"]?.intValue
      else { throw Diagnostic.refused("a move of the tag '\(name)' without a manner or time") }
      if let text = json["evidence"]?.stringValue {
        let evidence = (try? JSON.parse(text, file: "evidence")).flatMap(TagEvidence.init(json:))
        guard let evidence,
          evidence.figures.allSatisfy({ ColumnRule.line.allows("\($0.metric) \($0.condition)") })
        else { throw Diagnostic.refused("figures that the tag '\(name)' was promoted for, which are none") }
      }
      (self.json, self.manner, self.time) = (json, manner, time)
      if let shared = json["artifact"], !shared.isNull {
        artifact = try Artifact(shared: shared)
      } else {
        artifact = nil
      }
    }
  }

  let db: Database
  let columns: TableColumns

  /// Takes in the history of one tag, or leaves it.
  func take(_ history: [Move], of name: TagName, into result: inout TagImport) throws {
    let before = try LineageQueries(db: db).history(of: name)
    let news = Self.news(in: history, after: before)
    guard let last = news.last else {
      let isKnown = history.last.map { last in before.contains { last.isSame(as: $0) } } ?? true
      if !isKnown { result.kept[name.text] = .newer }
      return
    }
    if let reason = try objection(to: last, of: name) {
      result.kept[name.text] = reason
      return
    }
    for move in news {
      let row = try move.artifact.map { try self.row(of: $0) }
      // What it meant long ago may not have been sent.
      if let row, row == nil { continue }
      try columns.insert(move.json, ["artifact": row ?? nil], into: db)
    }
    if last.artifact != nil {
      result.moved.append(name.text)
    } else if before.first?.artifact != nil {
      result.deleted.append(name.text)
    }
  }

  /// The moves that the other store has beyond those known here; none if the tag was moved here after the last of them.
  private static func news(in history: [Move], after known: [TagRecord]) -> [Move] {
    guard let newest = known.first else { return history }
    if let common = history.lastIndex(where: { $0.isSame(as: newest) }) {
      return Array(history[(common + 1)...])
    }
    guard let last = history.last, last.time > newest.milliseconds else { return [] }
    return history.filter { $0.time > newest.milliseconds }
  }

  /// Why the tag cannot be moved like this.
  private func objection(to move: Move, of name: TagName) throws -> TagImport.Reason? {
    let queries = LineageQueries(db: db)
    if try queries.otherMeaning(of: name) != nil { return .taken }
    if move.manner == .moved, try queries.protection(of: name) != nil { return .protected }
    if let artifact = move.artifact, try row(of: artifact, inState: "present") == nil { return .absent }
    return nil
  }

  private func row(of artifact: Artifact, inState state: String? = nil) throws -> Int64? {
    try db.value(
      """
      SELECT artifact.id FROM artifact JOIN object ON object.digest = artifact.digest
      WHERE artifact.digest = ?1 AND artifact.type = ?2 AND (?3 IS NULL OR object.state = ?3)
      """, [artifact.digest.text, artifact.type, state])
  }
}

extension TagImporter.Move {
  fileprivate func isSame(as record: TagRecord) -> Bool {
    time == record.milliseconds && manner == record.manner && artifact == record.artifact
      && json["author"]?.stringValue == record.author
  }
}

extension TagRecord {
  fileprivate var milliseconds: Int { Int((movedAt.timeIntervalSince1970 * 1000).rounded()) }
}
