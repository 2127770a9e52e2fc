import Diagnostics
import Foundation

/// Remembers digests of files that have not changed since they were hashed.
public protocol DigestCache: Sendable {
  /// The digest recorded for the file in exactly this state; nil if there is none.
  func digest(path: String, stamp: FileStamp) -> Digest?
  func record(path: String, stamp: FileStamp, digest: Digest)
}

/// Names the content of files and directories without storing it.
public struct ContentDigester: Sendable {
  private let cache: (any DigestCache)?

  /// - Parameter cache: asked before a file is read, and told about files that were.
  public init(cache: (any DigestCache)? = nil) { self.cache = cache }

  /// The digest, kind and size that `ObjectStore.put` would give.
  ///
  /// - Parameter url: a file or directory.
  /// - Throws: `Diagnostic`: unreadable, changed while it was read, or not something the store keeps.
  public func reference(to url: URL, links: SymbolicLinks = .follow) throws -> ObjectReference {
    let walk = DirectoryWalk(
      links: links, blob: hashFile,
      tree: { listing in
        ObjectReference(digest: Digest(hashing: listing.bytes), kind: .tree, size: listing.size)
      })
    return try walk.visit(url.path)
  }

  private func hashFile(_ path: String) throws -> ObjectReference {
    let file = try OpenFile(path, O_RDONLY, action: "read")
    let stamp = FileStamp(try file.status())
    if let known = cache?.digest(path: path, stamp: stamp) {
      return ObjectReference(digest: known, kind: .blob, size: stamp.size)
    }
    let (digest, size) = try file.hash()
    guard size == stamp.size, FileStamp(try file.status()).isSameContent(as: stamp) else {
      throw Diagnostic.changed(path)
    }
    cache?.record(path: path, stamp: stamp, digest: digest)
    return ObjectReference(digest: digest, kind: .blob, size: size)
  }
}
