import Diagnostics
import Foundation

/// What lies in a store's trash.
public struct TrashContents: Sendable, Hashable {
  public var objects = 0
  public var bytes: Int64 = 0
}

extension ObjectStore {
  /// Runs something while no garbage is taken away: what it finds or stores stays until it has been recorded.
  public func withoutCollection<Value>(_ body: () throws -> Value) throws -> Value {
    let lock = try FileLock.wait(layout.collectionLock, .shared)
    defer { withExtendedLifetime(lock) {} }
    return try body()
  }

  /// Every object with its size in bytes on the disk, by digest.
  ///
  /// - Throws: `Diagnostic` if the store's directories cannot be read.
  public func objectSizes() throws -> [Digest: Int64] {
    var sizes: [Digest: Int64] = [:]
    for digest in try objectNames() {
      sizes[digest] = try status(of: layout.objectPath(digest), followingLinks: false).map {
        Int64($0.st_size)
      }
    }
    return sizes
  }

  /// Everything that an object needs: itself, and what it lists, at any depth.
  ///
  /// A listing that is missing or damaged counts as itself only.
  public func closure(of digest: Digest) -> Set<Digest> {
    var found: Set<Digest> = [digest]
    var pending = [digest]
    while let next = pending.popLast() {
      guard let file = try? openObject(next), (try? file.startsWithListingHeader()) == true,
        let listing = try? listing(next)
      else { continue }
      for entry in listing.entries where found.insert(entry.object.digest).inserted {
        if entry.object.kind == .tree { pending.append(entry.object.digest) }
      }
    }
    return found
  }

  /// Takes objects out of the store; they can be restored until the trash is emptied.
  ///
  /// No row may promise them any more. The caller holds the collection lock.
  public func moveToTrash(_ digests: some Sequence<Digest>) throws {
    let bin = try makeBin()
    for digest in digests {
      let source = layout.objectPath(digest)
      guard rename(source, "\(bin)/\(digest.text)") == 0 || errno == ENOENT else {
        throw Diagnostic.system("move", source, errno)
      }
    }
    try syncDirectory(bin)
  }

  /// The part of the trash that is filled in this second.
  func makeBin() throws -> String {
    let bin = "\(layout.trash.path)/\(UInt64(max(0, time(nil))))"
    try makeStoreDirectory(bin)
    return bin
  }

  /// Brings an object and what it lists back from the trash, as far as it lies there.
  ///
  /// - Returns: whether the object is complete now.
  public func restore(_ reference: ObjectReference) throws -> Bool {
    try everyPart(of: reference) { part in
      let isHere = try has(part.digest) || restore(part.digest)
      return isHere ? entries(of: part) : nil
    }
  }

  private func restore(_ digest: Digest) throws -> Bool {
    for bin in try bins() {
      let path = "\(bin.path)/\(digest.text)"
      guard access(path, F_OK) == 0 else { continue }
      let target = layout.objectPath(digest)
      try makeStoreDirectory(parentPath(of: target))
      guard rename(path, target) == 0 else { throw Diagnostic.system("restore", target, errno) }
      try syncDirectory(parentPath(of: target))
      return isIntact(digest)
    }
    return false
  }

  /// Deletes for good what was thrown away at least `grace` seconds ago.
  ///
  /// - Returns: what was deleted.
  public func emptyTrash(grace: Double) throws -> TrashContents {
    let limit = Double(time(nil)) - grace
    return try removeBins { $0.since <= limit }
  }

  /// What could still be restored.
  public func trashContents() throws -> TrashContents {
    try bins().reduce(into: TrashContents()) { total, bin in
      for name in try entryNames(of: bin.path) {
        total.objects += 1
        total.bytes +=
          try status(of: "\(bin.path)/\(name)", followingLinks: false).map { Int64($0.st_size) } ?? 0
      }
    }
  }

  private func removeBins(where isDue: ((path: String, since: Double)) -> Bool) throws -> TrashContents {
    var removed = TrashContents()
    for bin in try bins() where isDue(bin) {
      for name in try entryNames(of: bin.path) {
        removed.objects += 1
        removed.bytes +=
          try status(of: "\(bin.path)/\(name)", followingLinks: false).map { Int64($0.st_size) } ?? 0
      }
      removeTree(bin.path)
    }
    return removed
  }

  /// The parts of the trash with the second each was filled in, oldest first; times are those of a clock that may
  /// be set, so a bin from the future is kept.
  func bins() throws -> [(path: String, since: Double)] {
    let root = layout.trash.path
    guard access(root, F_OK) == 0 else { return [] }
    return try entryNames(of: root).compactMap { name in Double(name).map { ("\(root)/\(name)", $0) } }
      .sorted { $0.1 < $1.1 }
  }
}
