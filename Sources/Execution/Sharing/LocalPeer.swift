import Artifacts
import Diagnostics
import Foundation
import JSONText
import Lineage

/// A store on this machine.
public final class LocalPeer: StorePeer {
  public let name: String
  private let database: LineageDatabase
  private let objects: ObjectStore
  /// Keeps what arrives from being collected before it is recorded.
  private let lock: FileLock

  /// - Parameters:
  ///   - name: how the user calls it.
  ///   - creating: makes the store if there is none.
  ///   - isOwn: it is the user's own, who may have laid it out with links.
  /// - Throws: `Diagnostic` if there is no store, or it cannot be written.
  public init(_ layout: StoreLayout, name: String, creating: Bool, isOwn: Bool) throws {
    guard creating || layout.exists else {
      throw Diagnostic(
        .peerUnavailable, "there is no store at '\(name)'", hint: "'plumb store push \(name)' makes one")
    }
    for link in try isOwn ? [] : layout.linkedDirectories() {
      throw Diagnostic(
        .peerUnavailable, "'\(link)' is a symbolic link, which could lead anywhere",
        hint: "name the directory that the store really is in")
    }
    try layout.create()
    database = try LineageDatabase(layout)
    objects = ObjectStore(layout)
    lock = try FileLock.wait(layout.collectionLock, .shared)
    self.name = name
  }

  public func endedRuns() throws -> Set<RunID> { Set(try database.read { try $0.endedRuns() }) }

  public func sharedRuns(_ targets: [String]) throws -> [[RunID]] {
    try database.interruptAbandonedRuns()
    return try database.read { try $0.sharedRuns(targets) }
  }

  public func contents(of runs: [RunID]) throws -> [ObjectReference] {
    try database.read { try $0.contents(of: runs) }
  }

  public func missing(_ digests: [Digest]) -> [Digest] { digests.filter { !objects.has($0) } }

  public func size(of digest: Digest) throws -> Int64 { try objects.storedSize(of: digest) }

  public func send(_ digest: Digest, to sink: (UnsafeRawBufferPointer) throws -> Void) throws {
    try objects.send(digest, to: sink)
  }

  public func receive(
    _ digest: Digest, size: () throws -> Int64,
    from body: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void
  ) throws {
    try objects.receive(digest, from: body)
  }

  public func bundle(of run: RunID) throws -> JSON { try database.read { try $0.bundle(of: run) } }

  public func importRuns(_ bundles: [JSON]) throws -> ImportSummary {
    try database.importRuns(bundles) { [objects] content in
      guard objects.isComplete(content) else { return false }
      guard try objects.reference(to: content.digest) == content else {
        throw Diagnostic(
          .objectDamaged,
          "the other store says that the object \(content.digest) is a \(content.kind.rawValue) of "
            + "\(content.size) bytes, which it is not")
      }
      return true
    }
  }

  public func sharedTags(_ names: [String]?) throws -> [JSON] {
    try database.read { try $0.sharedTags(names) }
  }

  public func importTags(_ moves: [JSON]) throws -> TagImport { try database.importTags(moves) }

  public func confirm(_ contents: [ObjectReference]) throws {
    try database.markPresent(contents.filter { objects.isComplete($0) }.map(\.digest))
  }
}
