import Artifacts
import Diagnostics
import Foundation
import GRDB

/// The lineage database of a store, opened for recording: runs, executions, artifacts, keys and metrics.
///
/// Every method that records is one transaction that is on the disk when it returns. Several processes may
/// record at once; readers never wait for them.
public final class LineageDatabase: Sendable {
  public let layout: StoreLayout
  let queue: DatabaseQueue

  /// Opens the database, creating it or bringing it to the current schema as needed.
  ///
  /// - Throws: `Diagnostic` if the file belongs to another application or a newer version (it is left
  ///   untouched), is damaged, or cannot be written.
  public init(_ layout: StoreLayout) throws {
    self.layout = layout
    let path = layout.database.path
    let found = try DatabaseFile.inspect(path)
    if found == .missing { try LineageDatabase.create(layout) }
    queue = try translatingErrors(path) {
      let queue = try DatabaseQueue(path: path, configuration: LineageDatabase.configuration())
      try queue.writeWithoutTransaction { db in
        try DatabaseFile.checkVersion(db, path)
        if found != .missing, found != .ours(version: Schema.currentVersion) { try Schema.migrate(db) }
      }
      return queue
    }
  }

  /// Makes a database beside its place and moves it there, so that it appears complete or not at all.
  private static func create(_ layout: StoreLayout) throws {
    let path = layout.database.path
    let lock = try FileLock.wait(layout.locks.appendingPathComponent("database", isDirectory: false))
    guard try DatabaseFile.inspect(path) == .missing else { return }
    let directory = try ScratchDirectory(in: layout.temporary, name: "database")
    let temporary = directory.url.appendingPathComponent("plumb.db", isDirectory: false).path
    try translatingErrors(path) {
      let queue = try DatabaseQueue(path: temporary, configuration: configuration())
      // The log comes last: what it held would stay behind if closing could not move it into the file, as on a full
      // disk, which is no error to SQLite.
      try queue.writeWithoutTransaction { db in
        try Schema.migrate(db)
        try db.execute(sql: "PRAGMA journal_mode = WAL")
      }
      try queue.close()
    }
    chmod(temporary, layout.permissions.file)
    guard rename(temporary, path) == 0 else {
      throw Diagnostic(.databaseFailure, "cannot create '\(path)': \(String(cString: strerror(errno)))")
    }
    try syncDirectory(layout.root.path)
    withExtendedLifetime(lock) {}
  }

  /// Runs queries on one consistent state of the database.
  public func read<Value>(_ body: (LineageQueries) throws -> Value) throws -> Value {
    try translatingErrors(layout.database.path) {
      try queue.read { db in try body(LineageQueries(db: db)) }
    }
  }

  /// Runs one immediate transaction.
  func write<Value>(_ body: (Database) throws -> Value) throws -> Value {
    try translatingErrors(layout.database.path) { try queue.write(body) }
  }

  /// Seconds to wait for another process's transaction; transactions are short.
  private static let busyTimeout = 60.0

  private static func configuration() -> Configuration {
    var configuration = Configuration()
    configuration.busyMode = .timeout(busyTimeout)
    configuration.prepareDatabase { db in
      // A transaction that was reported as done survives a loss of power.
      try db.execute(sql: "PRAGMA synchronous = FULL")
    }
    return configuration
  }
}
