import Artifacts
import Diagnostics
import GRDB
import JSONText

/// What taking in the tags of another store has changed.
public struct TagImport: Sendable, Hashable {
  /// Names of tags that moved.
  public var moved: [String]
  /// Names of tags that were kept where they are: protected, or the name of a stage here.
  public var kept: [String]

  public init(moved: [String], kept: [String]) {
    self.moved = moved
    self.kept = kept
  }
}

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
  /// Takes in moves of tags that were made after the newest known here; a protected tag only follows promotions and
  /// what was forced.
  ///
  /// - Throws: `Diagnostic` if a move is malformed.
  public func importTags(_ moves: [JSON]) throws -> TagImport {
    try write { db in
      let columns = try TableColumns(tag: db)
      let queries = LineageQueries(db: db)
      var moved: Set<String> = []
      var kept: Set<String> = []
      for move in moves {
        let name = try TagName(move["name"]?.stringValue ?? "")
        guard let manner = move["manner"]?.stringValue.flatMap(TagManner.init(rawValue:)),
          let time = move["moved_at"]?.intValue
        else { throw Diagnostic.refused("a move of the tag '\(name)' without a manner or time") }
        let newest: Int64 = try db.value("SELECT max(moved_at) FROM tag WHERE name = ?", [name.text]) ?? .min
        guard Int64(time) > newest else { continue }
        let hasStage = try queries.hasStage(name.text)
        if try hasStage || manner == .moved && queries.protection(of: name) != nil {
          kept.insert(name.text)
          continue
        }
        var artifact: Int64?
        if let json = move["artifact"], !json.isNull {
          let shared = try Artifact(shared: json)
          artifact = try db.value(
            "SELECT id FROM artifact WHERE digest = ? AND type = ?", [shared.digest.text, shared.type])
          // What it meant long ago may not have been sent.
          guard artifact != nil else { continue }
        }
        try columns.insert(move, ["artifact": artifact], into: db)
        moved.insert(name.text)
      }
      return TagImport(moved: moved.sorted(), kept: kept.subtracting(moved).sorted())
    }
  }
}

extension TableColumns {
  fileprivate init(tag db: Database) throws {
    try self.init("tag", in: db, without: ["sequence", "artifact"])
  }
}
