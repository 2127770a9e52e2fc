import Diagnostics
import Foundation
import GRDB

/// What is at the path of a store's database, found out by its first bytes and without changing it.
///
/// A new database appears at its path complete, so its header always says whose it is.
enum DatabaseFile: Equatable {
  /// Nothing, or an empty file.
  case missing
  /// Plumbline's. A newer version may still lie in the write-ahead log, which `checkVersion` looks at.
  case ours(version: Int)

  /// - Throws: `Diagnostic` if the file belongs to another application, is no SQLite database, or has a newer
  ///   schema. It is left untouched.
  static func inspect(_ path: String) throws -> DatabaseFile {
    guard let file = FileHandle(forReadingAtPath: path) else {
      if access(path, F_OK) != 0, errno == ENOENT || errno == ENOTDIR { return .missing }
      throw Diagnostic(.databaseFailure, "cannot read '\(path)': \(String(cString: strerror(errno)))")
    }
    let header = Array(try file.read(upToCount: 100) ?? Data())
    try file.close()
    if header.isEmpty { return .missing }
    guard header.count == 100, header.starts(with: "SQLite format 3\0".utf8) else {
      throw foreign(path, "it is not a SQLite database")
    }
    // "The Database File Format" of SQLite, 1.3: user version at 60, application ID at 68, big-endian.
    func word(_ offset: Int) -> Int32 {
      Int32(bitPattern: header[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
    }
    guard word(68) == Schema.applicationID else { throw foreign(path, "it belongs to another application") }
    let version = Int(word(60))
    if version > Schema.currentVersion { throw newer(path, version) }
    return .ours(version: version)
  }

  /// - Throws: `Diagnostic` if the database, its log included, has a newer schema.
  static func checkVersion(_ db: Database, _ path: String) throws {
    let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    if version > Schema.currentVersion { throw newer(path, version) }
  }

  static func older(_ path: String, _ version: Int) -> Diagnostic {
    Diagnostic(
      .olderStore,
      "'\(path)' has schema version \(version), and this program reads version \(Schema.currentVersion); nothing "
        + "was changed",
      hint: "bring it up to date where it is: plumb runs --store "
        + URL(fileURLWithPath: path).deletingLastPathComponent().path.shellQuoted)
  }

  private static func newer(_ path: String, _ version: Int) -> Diagnostic {
    Diagnostic(
      .newerStore,
      "'\(path)' has schema version \(version), and this program knows versions up to "
        + "\(Schema.currentVersion); nothing was changed",
      hint: "use the newer plumb that wrote the store, or name another store with --store DIR")
  }

  private static func foreign(_ path: String, _ reason: String) -> Diagnostic {
    Diagnostic(
      .foreignDatabase, "'\(path)' is not Plumbline's database: \(reason); nothing was changed",
      hint: "name another store with --store DIR")
  }
}
