import Artifacts
import Diagnostics
import GRDB
import JSONText

extension LineageQueries {
  /// The history of tags, for another store.
  ///
  /// - Parameter names: nil for all.
  public func sharedTags(_ names: [String]?) throws -> [JSON] {
    let columns = try TableColumns(tag: db)
    return try db.rows(
      """
      SELECT tag.*, artifact.type, object.digest, object.kind AS object_kind, object.size FROM tag
      LEFT JOIN artifact ON artifact.id = tag.artifact LEFT JOIN object ON object.digest = artifact.digest
      ORDER BY tag.sequence
      """
    ).compactMap { row in
      if let names, !names.contains(row["name"]) { return nil }
      let artifact = try row["artifact"] as Int64? == nil ? JSON.null : row.artifact().json
      return .object(columns.members(of: row) + [.init("artifact", artifact)])
    }
  }
}

extension LineageDatabase {
  /// Takes in the histories of tags that another store has, so that a tag means here what it means there, or stays
  /// where it is, with a reason.
  ///
  /// A history that goes on from the newest move known here is taken as it is, whatever the clocks said; of histories
  /// that went apart, the one that was moved last counts. A protected tag only follows promotions and what was forced.
  ///
  /// - Parameter moves: of each tag in their order.
  /// - Throws: `Diagnostic` if a move is malformed.
  public func importTags(_ moves: [JSON]) throws -> TagImport {
    try write { db in
      let importer = TagImporter(db: db, columns: try TableColumns(tag: db))
      var histories: [TagName: [TagImporter.Move]] = [:]
      for move in moves {
        let name = try TagName(move["name"]?.stringValue ?? "")
        histories[name, default: []].append(try TagImporter.Move(move, of: name))
      }
      var result = TagImport()
      for (name, history) in histories.sorted(by: { $0.key.text < $1.key.text }) {
        try importer.take(history, of: name, into: &result)
      }
      return result
    }
  }
}

extension TableColumns {
  fileprivate init(tag db: Database) throws {
    try self.init("tag", in: db, without: ["sequence", "artifact"])
  }
}
