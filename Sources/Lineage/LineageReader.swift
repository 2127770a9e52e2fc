import Artifacts
import Diagnostics
import Foundation
import GRDB
import Synchronization

/// The lineage database of a store, opened for looking only: no file is created, changed or touched.
///
/// While no process writes, the file is read as immutable, without locks and without the shared-memory file that
/// SQLite would make beside it. If a writer turns up in the meantime, the query is run again on a live connection.
public final class LineageReader: Sendable {
  private let path: String
  private let connection: Mutex<Connection>

  private struct Connection {
    var queue: DatabaseQueue
    /// The state of the file that an immutable connection relies on; nil for a live connection.
    var seen: FileState?
  }

  private struct FileState: Equatable {
    var size: Int64
    var modified: Int64
    var hasLog: Bool

    init(_ path: String) {
      var status = stat()
      let found = stat(path, &status) == 0
      size = found ? Int64(status.st_size) : -1
      modified = found ? Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec) : 0
      hasLog = access(path + "-wal", F_OK) == 0
    }
  }

  /// - Parameter migrating: brings a database of an older version up to date, which is the only thing that is written;
  ///   without, it is refused.
  /// - Returns: nil if the store has no database yet.
  /// - Throws: `Diagnostic` if the file belongs to another application or a newer version, or cannot be read.
  public static func open(_ layout: StoreLayout, migrating: Bool = true) throws -> LineageReader? {
    let path = layout.database.path
    switch try DatabaseFile.inspect(path) {
    case .missing: return nil
    case .ours(let version) where version < Schema.currentVersion:
      // Queries know the current schema only; bringing it up to date loses nothing.
      guard migrating else { throw DatabaseFile.older(path, version) }
      _ = try LineageDatabase(layout)
    case .ours: break
    }
    return try LineageReader(path: path)
  }

  private init(path: String) throws {
    self.path = path
    connection = Mutex(try LineageReader.connect(path, live: false))
  }

  /// Runs queries on one consistent state of the database; `body` may run twice.
  public func read<Value: Sendable>(_ body: (LineageQueries) throws -> Value) throws -> Value {
    try connection.withLock { connection in
      try translatingErrors(path) {
        do {
          let value = try connection.queue.read { db in try body(LineageQueries(db: db)) }
          if connection.seen == nil || connection.seen == FileState(path) { return value }
        } catch {
          if connection.seen == nil || connection.seen == FileState(path) { throw error }
        }
        connection = try LineageReader.connect(path, live: true)
        return try connection.queue.read { db in try body(LineageQueries(db: db)) }
      }
    }
  }

  private static func connect(_ path: String, live: Bool) throws -> Connection {
    try translatingErrors(path) {
      var configuration = Configuration()
      configuration.readonly = true
      configuration.busyMode = .timeout(10)
      let state = FileState(path)
      if !live, !state.hasLog, let uri = immutableURI(path) {
        // A SQLite built without URI file names takes this for a path that does not exist.
        if let queue = try? DatabaseQueue(path: uri, configuration: configuration) {
          return Connection(queue: queue, seen: state)
        }
      }
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      try queue.read { db in try DatabaseFile.checkVersion(db, path) }
      return Connection(queue: queue, seen: nil)
    }
  }

  private static func immutableURI(_ path: String) -> String? {
    var allowed = CharacterSet.alphanumerics
    allowed.insert(charactersIn: "/-._~")
    return path.addingPercentEncoding(withAllowedCharacters: allowed).map { "file:\($0)?immutable=1" }
  }
}
