import Artifacts
import Diagnostics
import Foundation
import JSONText
import Lineage

/// A store on this machine that gives and takes.
public final class LocalPeer: StorePeer, LocalStore {
  public let name: String
  let layout: StoreLayout
  let objects: ObjectStore
  private let database: LineageDatabase
  /// Keeps what arrives from being collected before it is recorded.
  private let lock: FileLock

  var lineage: any LineageReading { database }

  /// - Parameters:
  ///   - name: how the user calls it.
  ///   - creating: makes the store if there is none.
  ///   - isOwn: it is the user's own, who may have laid it out with links.
  /// - Throws: `Diagnostic` if there is no store, or it cannot be written.
  public init(_ layout: StoreLayout, name: String, creating: Bool, isOwn: Bool) throws {
    guard creating || layout.exists else {
      throw Diagnostic(.peerUnavailable, "there is no store at '\(name)'")
    }
    if !isOwn { try layout.refuseLinks() }
    try layout.create()
    database = try LineageDatabase(layout)
    objects = ObjectStore(layout)
    try objects.removeAbandoned()
    lock = try FileLock.wait(layout.collectionLock, .shared)
    (self.name, self.layout) = (name, layout)
  }

  public func endedRuns() throws -> Set<RunID> { Set(try database.read { try $0.endedRuns() }) }

  public func sharedRuns(_ targets: [String]) throws -> [[RunID]] {
    try database.interruptAbandonedRuns()
    return try database.read { try $0.sharedRuns(targets) }
  }

  public func missing(_ wanted: [ObjectReference], verifying: Bool) -> [Digest] {
    wanted.map { ($0.digest, $0.size) }.filter { digest, size in
      guard let stored = try? objects.storedSize(of: digest), stored == size else { return true }
      return verifying && !objects.isIntact(digest)
    }.map(\.0)
  }

  public func receive(
    _ digest: Digest, size: () throws -> Int64,
    from body: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void
  ) throws {
    try objects.receive(digest, from: body)
  }

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

  public func importTags(_ moves: [JSON]) throws -> TagImport { try database.importTags(moves) }

  public func confirm(_ contents: [ObjectReference]) throws {
    try database.markPresent(contents.filter { objects.isComplete($0) }.map(\.digest))
  }
}
