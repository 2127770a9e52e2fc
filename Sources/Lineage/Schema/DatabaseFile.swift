import Diagnostics
import Foundation
import GRDB

/// What is at the path of a store's database, found out without changing it.
enum DatabaseFile: Equatable {
  case missing
  /// An empty file or an empty database: creation was cut short.
  case empty
  /// Plumbline's, at a version this program knows.
  case ours(version: Int)

  /// - Throws: `Diagnostic` if the file belongs to another application, is no SQLite database, or has a newer
  ///   schema. It is left untouched.
  static func inspect(_ path: String) throws -> DatabaseFile {
    guard let file = FileHandle(forReadingAtPath: path) else {
      if access(path, F_OK) != 0, errno == ENOENT { return .missing }
      throw Diagnostic(.databaseFailure, "cannot read '\(path)': \(String(cString: strerror(errno)))")
    }
    let header = Array(try file.read(upToCount: 100) ?? Data())
    try file.close()
    if header.isEmpty { return .empty }
    guard header.count == 100, header.starts(with: "SQLite format 3\0".utf8) else {
      throw foreign(path, "it is not a SQLite database")
    }
    // "The Database File Format" of SQLite, 1.3: user version at 60, application ID at 68, big-endian.
    func word(_ offset: Int) -> Int32 {
      Int32(bitPattern: header[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
    }
    // A database whose first transaction still lies in the write-ahead log has zeros in its header.
    if word(68) == 0, word(60) == 0 { return try inspectThroughSQLite(path) }
    return try judge(path, applicationID: word(68), version: Int(word(60)))
  }

  private static func inspectThroughSQLite(_ path: String) throws -> DatabaseFile {
    try translatingErrors(path) {
      var configuration = Configuration()
      configuration.readonly = true
      let (identifier, version, tables) = try DatabaseQueue(path: path, configuration: configuration).read {
        db in
        try (
          Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0,
          Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0,
          Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
        )
      }
      if identifier == 0, version == 0, tables == 0 { return .empty }
      return try judge(path, applicationID: identifier, version: version)
    }
  }

  private static func judge(_ path: String, applicationID: Int32, version: Int) throws -> DatabaseFile {
    guard applicationID == Schema.applicationID else {
      throw foreign(path, "it belongs to another application")
    }
    guard version <= Schema.currentVersion else {
      throw Diagnostic(
        .newerStore,
        "'\(path)' has schema version \(version), and this program knows versions up to "
          + "\(Schema.currentVersion); nothing was changed",
        hint: "use the newer plumb that wrote the store, or name another store with --store DIR")
    }
    return .ours(version: version)
  }

  private static func foreign(_ path: String, _ reason: String) -> Diagnostic {
    Diagnostic(
      .foreignDatabase, "'\(path)' is not Plumbline's database: \(reason); nothing was changed",
      hint: "name another store with --store DIR")
  }
}
