import Foundation

/// Where things lie in a store.
///
///     .plumb/
///       plumb.db          the database (and its -wal and -shm while it is open)
///       objects/aa/…      immutable content by SHA-256
///       tmp/              bytes on their way into objects
///       work/             working directories of executions
///       checkpoints/KEY/  what unfinished stages left to resume from
///       scores/MODEL/     what frozen models said of rows, for the trainings to come
///       locks/            files that are locked, never read
///       trash/            objects that garbage collection took, until their grace has passed
public struct StoreLayout: Sendable, Hashable {
  public let root: URL
  /// The path of `objects`, which is asked for with every object.
  private let objectsPath: String

  public init(root: URL) {
    self.root = root
    objectsPath = root.path + "/objects/"
  }

  public var database: URL { root.appendingPathComponent("plumb.db", isDirectory: false) }
  public var objects: URL { directory("objects") }
  public var temporary: URL { directory("tmp") }
  public var work: URL { directory("work") }
  public var checkpoints: URL { directory("checkpoints") }
  /// What frozen models said of rows: losing it costs time only.
  public var scores: URL { directory("scores") }
  public var locks: URL { directory("locks") }

  public var trash: URL { directory("trash") }

  /// Held shared while bytes are stored and recorded or results are looked up and used, and exclusively while
  /// garbage is taken away.
  public var collectionLock: URL { locks.appendingPathComponent("collection", isDirectory: false) }

  /// The file of an object, whether or not it exists.
  public func object(_ digest: Digest) -> URL { URL(fileURLWithPath: objectPath(digest)) }

  /// Where an action keeps what it can resume from.
  public func checkpoints(of key: Digest) -> URL {
    checkpoints.appendingPathComponent(key.text, isDirectory: true)
  }

  /// Where what a frozen model said of rows is kept.
  public func scores(of model: Digest) -> URL {
    scores.appendingPathComponent(model.text, isDirectory: true)
  }

  /// Held while an action runs, so that a second run that wants it waits and reuses the result.
  public func lock(of key: Digest) -> URL {
    locks.appendingPathComponent("keys/\(key.text)", isDirectory: false)
  }

  /// Held by the owner of a run for as long as it lives.
  public func lock(ofRun id: String) -> URL {
    locks.appendingPathComponent("runs/\(id)", isDirectory: false)
  }

  func objectPath(_ digest: Digest) -> String {
    let text = digest.text
    return objectsPath + text.prefix(2) + "/" + text
  }

  private func directory(_ name: String) -> URL { root.appendingPathComponent(name, isDirectory: true) }
}
