import Artifacts
import Diagnostics
import GRDB
import JSONText

extension LineageQueries {
  /// Everything that is recorded of a run, for another store: rows as objects, references as identifiers that mean
  /// the same everywhere.
  public func bundle(of run: RunID) throws -> JSON {
    let row = try required(
      """
      SELECT run.*, environment.facts AS environment_facts, manifest.text AS manifest_text FROM run
      JOIN environment ON environment.id = run.environment JOIN manifest ON manifest.digest = run.manifest
      WHERE run.id = ?
      """, [run.text])
    let sequence: Int64 = row["sequence"]
    return .object(
      try TableColumns(run: db).members(of: row) + [
        .init("environment", .string(row["environment_facts"])),
        .init("manifest_text", .string(row["manifest_text"])),
        .init("stages", try list(TableColumns(ofRun: "run_stage", db), "run_stage", "run", sequence)),
        .init(
          "requirements", try list(TableColumns(ofRun: "requirement", db), "requirement", "run", sequence)),
        .init("sources", try sources(of: sequence)), .init("executions", try executions(of: sequence)),
      ])
  }

  private func required(_ sql: String, _ arguments: StatementArguments) throws -> Row {
    guard let row = try db.row(sql, arguments) else {
      throw DatabaseError(resultCode: .SQLITE_NOTFOUND, message: "no row", sql: sql)
    }
    return row
  }

  private func list(_ columns: TableColumns, _ table: String, _ key: String, _ value: Int64) throws -> JSON {
    .array(
      try db.rows("SELECT * FROM \(table) WHERE \(key) = ?", [value]).map { .object(columns.members(of: $0)) }
    )
  }

  private func sources(of run: Int64) throws -> JSON {
    let columns = try TableColumns(ofRun: "source", db)
    return .array(
      try db.rows(
        """
        SELECT source.*, artifact.type, object.digest, object.kind AS object_kind, object.size FROM source
        JOIN artifact ON artifact.id = source.artifact JOIN object ON object.digest = artifact.digest
        WHERE source.run = ? ORDER BY source.name
        """, [run]
      ).map { row in .object(columns.members(of: row) + [.init("artifact", try row.artifact().json)]) })
  }

  private func executions(of run: Int64) throws -> JSON {
    let columns = try TableColumns(execution: db)
    return .array(
      try db.rows(
        """
        SELECT execution.*, action.key, action.version AS kind_version, origin.id AS origin_id,
          resumed.id AS resumed_id, action_result.canonical FROM execution
        LEFT JOIN action ON action.id = execution.action
        LEFT JOIN execution AS origin ON origin.sequence = execution.cached_from
        LEFT JOIN execution AS resumed ON resumed.sequence = execution.resumed_from
        LEFT JOIN action_result ON action_result.execution = execution.sequence
        WHERE execution.run = ? ORDER BY execution.sequence
        """, [run]
      ).map { row in
        let sequence: Int64 = row["sequence"]
        let key = (row["key"] as String?).flatMap { Digest($0) }
        return .object(
          columns.members(of: row) + [
            .init("order", .integer(Int(sequence))), .init("key", JSON(key?.text)),
            .init("kind_version", JSON(row["kind_version"] as Int?)),
            .init("components", .array(try key.map { try components(of: $0).map(\.json) } ?? [])),
            .init("cached_from", JSON(row["origin_id"] as String?)),
            .init("resumed_from", JSON(row["resumed_id"] as String?)),
            .init("result", JSON((row["canonical"] as Bool?).map { $0 ? "canonical" : "other" })),
            .init("edges", try edges(of: sequence)), .init("series", try series(of: sequence)),
          ])
      })
  }

  private func edges(of execution: Int64) throws -> JSON {
    let columns = try TableColumns(edge: db)
    return .array(
      try db.rows(
        """
        SELECT edge.*, producer.id AS producer_id, artifact.type, object.digest, object.kind AS object_kind,
          object.size FROM edge JOIN artifact ON artifact.id = edge.artifact
        JOIN object ON object.digest = artifact.digest
        LEFT JOIN execution AS producer ON producer.sequence = edge.producer WHERE edge.execution = ?
        """, [execution]
      ).map { row in
        .object(
          columns.members(of: row) + [
            .init("artifact", try row.artifact().json),
            .init("producer", JSON(row["producer_id"] as String?)),
          ])
      })
  }

  private func series(of execution: Int64) throws -> JSON {
    let columns = try TableColumns(series: db)
    let points = try TableColumns(point: db)
    return .array(
      try db.rows("SELECT * FROM metric_series WHERE execution = ? ORDER BY id", [execution]).map { row in
        .object(
          columns.members(of: row) + [.init("points", try list(points, "metric_point", "series", row["id"]))])
      })
  }
}

extension TableColumns {
  init(run db: Database) throws { try self.init("run", in: db, without: ["sequence", "environment"]) }
  init(ofRun table: String, _ db: Database) throws {
    try self.init(table, in: db, without: ["run", "artifact"])
  }
  init(execution db: Database) throws {
    try self.init(
      "execution", in: db, without: ["sequence", "run", "action", "cached_from", "resumed_from", "process"])
  }
  init(edge db: Database) throws {
    try self.init("edge", in: db, without: ["execution", "artifact", "producer"])
  }
  init(series db: Database) throws { try self.init("metric_series", in: db, without: ["id", "execution"]) }
  init(point db: Database) throws { try self.init("metric_point", in: db, without: ["series"]) }
}

extension Artifact {
  var json: JSON {
    [
      "type": .string(type), "digest": .string(digest.text), "kind": .string(object.kind.rawValue),
      "size": .integer(Int(object.size)),
    ]
  }

  /// Bytes of content that another store may speak of: a pebibyte.
  private static let maximumSize = 1 << 50

  /// - Throws: `Diagnostic` if it is none.
  init(shared json: JSON?) throws {
    guard let json, let type = json["type"]?.stringValue, ColumnRule.name.allows(type),
      let digest = json["digest"]?.stringValue.flatMap({ Digest($0) }),
      let kind = json["kind"]?.stringValue.flatMap(ObjectKind.init(rawValue:)),
      let size = json["size"]?.intValue, (0...Self.maximumSize).contains(size)
    else { throw Diagnostic.refused("an artifact without a type, digest, kind or size that can be") }
    self.init(type: type, object: ObjectReference(digest: digest, kind: kind, size: Int64(size)))
  }
}

extension KeyComponent {
  var json: JSON { .array([.string(path), .string(value.typeName), .string(value.valueText)]) }

  /// - Throws: `Diagnostic` if it is none.
  init(shared json: JSON) throws {
    guard let path = json[0]?.stringValue, let type = json[1]?.stringValue, let text = json[2]?.stringValue,
      let value = KeyValue(typeName: type, valueText: text)
    else { throw Diagnostic.refused("a part of a cache key that cannot be read") }
    self.init(path, value)
  }
}
