import Artifacts
import Foundation
import GRDB
import Synchronization

/// Digests of source files by path and state, so that files that did not change are not read again.
///
/// It saves time only: a time of modification is in no key, and an entry counts only while device, inode, size and
/// both times are exactly those that were seen.
public final class StatCache: DigestCache {
  struct Entry: Sendable, Hashable {
    var stamp: FileStamp
    var digest: Digest
  }

  private struct State {
    var entries: [String: Entry]
    var added: [String: Entry] = [:]
  }

  /// Nanoseconds that a file must have been left alone: within the tick of a file system's clock, a second write
  /// would leave the same times.
  private static let settleTime: Int64 = 2_000_000_000

  private let state: Mutex<State>

  /// An empty cache.
  public convenience init() { self.init(entries: [:]) }

  init(entries: [String: Entry]) { state = Mutex(State(entries: entries)) }

  public func digest(path: String, stamp: FileStamp) -> Digest? {
    state.withLock { state in
      guard let entry = state.entries[path], entry.stamp == stamp else { return nil }
      return entry.digest
    }
  }

  public func record(path: String, stamp: FileStamp, digest: Digest) {
    let now = currentMilliseconds() * 1_000_000
    guard max(stamp.modified, stamp.changed) < now - StatCache.settleTime else { return }
    let entry = Entry(stamp: stamp, digest: digest)
    state.withLock { state in
      state.entries[path] = entry
      state.added[path] = entry
    }
  }

  /// Entries that the database does not have yet; they count as saved afterwards.
  fileprivate func takeAdded() -> [String: Entry] {
    state.withLock { state in
      defer { state.added = [:] }
      return state.added
    }
  }
}

extension LineageDatabase {
  /// Keeps what a cache has learned.
  public func save(_ cache: StatCache) throws {
    let added = cache.takeAdded()
    guard !added.isEmpty else { return }
    try write { db in
      for (path, entry) in added {
        try db.run(
          """
          INSERT OR REPLACE INTO stat_cache (path, device, inode, size, modified_ns, changed_ns, digest)
          VALUES (?, ?, ?, ?, ?, ?, ?)
          """,
          [
            path, Int64(bitPattern: entry.stamp.device), Int64(bitPattern: entry.stamp.inode),
            entry.stamp.size, entry.stamp.modified, entry.stamp.changed, entry.digest.text,
          ])
      }
    }
  }
}

extension LineageQueries {
  /// Everything known about files on disk.
  public func statCache() throws -> StatCache {
    var entries: [String: StatCache.Entry] = [:]
    for row in try db.rows("SELECT * FROM stat_cache") {
      guard let digest = Digest(row["digest"] as String) else { continue }
      let stamp = FileStamp(
        device: UInt64(bitPattern: row["device"]), inode: UInt64(bitPattern: row["inode"]), size: row["size"],
        modified: row["modified_ns"], changed: row["changed_ns"])
      entries[row["path"]] = StatCache.Entry(stamp: stamp, digest: digest)
    }
    return StatCache(entries: entries)
  }
}
