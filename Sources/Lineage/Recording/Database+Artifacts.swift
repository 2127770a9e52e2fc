import Artifacts
import GRDB

extension Database {
  /// The row of an artifact, made with its object's row where they are missing.
  ///
  /// The object's bytes are on the disk already: a row never points at missing bytes.
  func artifactRow(for artifact: Artifact) throws -> Int64 {
    let digest = artifact.digest.text
    try run(
      """
      INSERT INTO object (digest, kind, size, created_at) VALUES (?, ?, ?, ?)
      ON CONFLICT (digest) DO UPDATE SET state = 'present' WHERE state <> 'present'
      """,
      [digest, artifact.object.kind.rawValue, artifact.object.size, currentMilliseconds()])
    try run(
      "INSERT INTO artifact (type, digest) VALUES (?, ?) ON CONFLICT DO NOTHING", [artifact.type, digest])
    return try required("SELECT id FROM artifact WHERE digest = ? AND type = ?", [digest, artifact.type])
  }

  /// The row of an action, made with a row for each leaf of its key where it is missing.
  func actionRow(for key: CacheKey, kind: String, version: Int) throws -> Int64 {
    if let known: Int64 = try value("SELECT id FROM action WHERE key = ?", [key.digest.text]) { return known }
    try run("INSERT INTO action (key, kind, version) VALUES (?, ?, ?)", [key.digest.text, kind, version])
    let action = lastInsertedRowID
    for (position, component) in key.components.enumerated() {
      try run(
        "INSERT INTO action_component (action, position, path, type, value) VALUES (?, ?, ?, ?, ?)",
        [action, position, component.path, component.value.typeName, component.value.valueText])
    }
    return action
  }

  /// A value that the transaction itself made sure of.
  func required(_ sql: String, _ arguments: StatementArguments) throws -> Int64 {
    guard let value: Int64 = try value(sql, arguments) else {
      throw DatabaseError(resultCode: .SQLITE_NOTFOUND, message: "no row", sql: sql)
    }
    return value
  }
}
