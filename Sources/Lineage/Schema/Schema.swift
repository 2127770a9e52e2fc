import GRDB

/// The database's schema as a list of migrations that only ever grows.
///
/// The list's length is the schema's version (`user_version`); migration n brings a database from version n to
/// n + 1. A migration that has been released is never edited.
enum Schema {
  /// `Plmb`: marks a SQLite file as Plumbline's (`application_id`).
  static let applicationID: Int32 = 0x506C_6D62

  static let migrations = [version1, version2, version3, version4, version5, version6]
  static var currentVersion: Int { migrations.count }

  /// Brings a database to the current version in one transaction; does nothing if it is there already.
  static func migrate(_ db: Database) throws {
    try db.inTransaction(.immediate) {
      let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
      guard version < currentVersion else { return .rollback }
      for migration in migrations[version...] { try db.execute(sql: migration) }
      try db.execute(sql: "PRAGMA application_id = \(applicationID)")
      try db.execute(sql: "PRAGMA user_version = \(currentVersion)")
      return .commit
    }
  }
}
