import Foundation

/// What processes that were killed left in a store's `tmp` and `work`.
public struct Leftovers: Sendable, Hashable {
  /// Directories, and files that lie beside them.
  public var count = 0
  /// Bytes that removing them frees: those of objects, which inputs of stages are links to, do not count.
  public var bytes: Int64 = 0
}

extension ObjectStore {
  /// What `removeAbandoned` would remove; changes nothing.
  ///
  /// - Throws: `Diagnostic` if the directories cannot be read.
  public func leftovers() throws -> Leftovers {
    var found = Leftovers()
    try forEachAbandoned { path in found.add(path) }
    return found
  }

  /// Removes what writers that died left behind, while other processes use the store.
  ///
  /// - Returns: what was removed.
  /// - Throws: `Diagnostic` if the directories cannot be read; what cannot be removed stays.
  @discardableResult
  public func removeAbandoned() throws -> Leftovers {
    var removed = Leftovers()
    try forEachAbandoned { path in
      removed.add(path)
      removeTree(path)
    }
    return removed
  }

  private func forEachAbandoned(_ body: (String) throws -> Void) throws {
    for parent in [layout.temporary, layout.work] {
      try ScratchDirectory.forEachAbandoned(in: parent, body)
    }
  }
}

extension Leftovers {
  fileprivate mutating func add(_ path: String) {
    count += 1
    bytes += ownBytes(below: path)
  }
}

/// Bytes of a file, or of the files below a directory, that have no other name.
private func ownBytes(below path: String) -> Int64 {
  guard let status = try? status(of: path, followingLinks: false) else { return 0 }
  guard EntryKind(status) == .directory else { return status.st_nlink == 1 ? Int64(status.st_size) : 0 }
  return ((try? entryNames(of: path)) ?? []).reduce(0) { $0 + ownBytes(below: "\(path)/\($1)") }
}
