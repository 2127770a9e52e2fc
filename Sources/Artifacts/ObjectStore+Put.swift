import Diagnostics
import Foundation

extension ObjectStore {
  /// Stores a file or directory and returns its name; afterwards its bytes are on the disk.
  ///
  /// - Parameters:
  ///   - url: what to store.
  ///   - links: whether symbolic links below a directory are followed.
  ///   - consuming: the files will not be written again, so they may become the objects without being copied;
  ///     their modes become read-only. For outputs in a working directory of the store.
  /// - Throws: `Diagnostic`: the input changed while it was read, a link, device or name that cannot be kept, or
  ///   a failure of the disk, with its cause.
  public func put(_ url: URL, links: SymbolicLinks = .refuse, consuming: Bool = false) throws
    -> ObjectReference
  {
    let walk = DirectoryWalk(
      links: links,
      blob: { path in try consuming ? self.adoptFile(path) : self.copyFile(path) },
      tree: { listing in
        let digest = try self.put(bytes: listing.bytes)
        return ObjectReference(digest: digest, kind: .tree, size: listing.size)
      })
    return try walk.visit(url.path)
  }

  private func put(bytes: [UInt8]) throws -> Digest {
    let digest = Digest(hashing: bytes)
    if isIntact(digest) { return digest }
    let temporary = try temporaryPath()
    defer { unlink(temporary) }
    let file = try OpenFile(temporary, O_WRONLY | O_CREAT | O_EXCL, action: "create")
    try file.write(bytes)
    reached(.written)
    try seal(file)
    try publish(temporary, as: digest)
    return digest
  }

  private func copyFile(_ path: String) throws -> ObjectReference {
    let source = try OpenFile(path, O_RDONLY, action: "read")
    let stamp = FileStamp(try source.status())
    let temporary = try temporaryPath()
    defer { unlink(temporary) }
    let file = try OpenFile(temporary, O_RDWR | O_CREAT | O_EXCL, action: "create")
    var head: [UInt8] = []
    let (digest, size) = try source.hash { bytes throws(Diagnostic) in
      if head.isEmpty { head = Array(bytes.prefix(TreeListing.header.utf8.count)) }
      try file.write(bytes)
    }
    reached(.written)
    guard size == stamp.size, FileStamp(try source.status()).isSameContent(as: stamp) else {
      throw Diagnostic.changed(path)
    }
    try refuseListing(head, "'\(path)'")
    try seal(file)
    try publish(temporary, as: digest)
    return ObjectReference(digest: digest, kind: .blob, size: size)
  }

  private func adoptFile(_ path: String) throws -> ObjectReference {
    let file = try OpenFile(path, O_RDONLY, action: "read")
    let stamp = FileStamp(try file.status())
    var head: [UInt8] = []
    let (digest, size) = try file.hash { bytes in
      if head.isEmpty { head = Array(bytes.prefix(TreeListing.header.utf8.count)) }
    }
    try refuseListing(head, "'\(path)'")
    reached(.written)
    try seal(file)
    guard size == stamp.size, FileStamp(try file.status()).isSameContent(as: stamp) else {
      throw Diagnostic.changed(path)
    }
    try publish(path, as: digest)
    return ObjectReference(digest: digest, kind: .blob, size: size)
  }

  /// Makes the bytes read-only and safe on the disk.
  func seal(_ file: borrowing OpenFile) throws {
    try file.setMode(layout.permissions.object)
    try file.sync()
    reached(.synced)
  }

  /// Gives a sealed file its name. An object that is there already stays, unless it is damaged.
  func publish(_ path: String, as digest: Digest) throws {
    let target = layout.objectPath(digest)
    let directory = parentPath(of: target)
    if access(directory, F_OK) != 0 {
      try makeStoreDirectory(directory)
      try syncDirectory(layout.objects.path)
    } else if try status(of: directory, followingLinks: false).map(EntryKind.init) != .directory {
      throw Diagnostic(.storeUnavailable, "'\(directory)' is not a directory; objects are kept nowhere else")
    }
    if Foundation.link(path, target) != 0 {
      switch errno {
      case EEXIST:
        if !isIntact(digest) { try replace(target, with: path) }
      case EXDEV, EPERM, EMLINK:
        try copyAcross(path, to: target)
      case let code: throw Diagnostic.system("store", target, code)
      }
    }
    reached(.linked)
    try syncDirectory(directory)
    reached(.directorySynced)
  }

  /// Puts a sealed file in the place of a damaged object. The file keeps its own name too: a directory that is
  /// being stored must not lose an entry.
  private func replace(_ target: String, with path: String) throws {
    let temporary = try temporaryPath()
    defer { unlink(temporary) }
    guard Foundation.link(path, temporary) == 0 else { return try copyAcross(path, to: target) }
    guard rename(temporary, target) == 0 else { throw Diagnostic.system("replace", target, errno) }
  }

  /// For file systems without hard links: a copy beside the target, renamed into place.
  private func copyAcross(_ path: String, to target: String) throws {
    let temporary = try temporaryPath()
    defer { unlink(temporary) }
    let source = try OpenFile(path, O_RDONLY, action: "read")
    let file = try OpenFile(temporary, O_WRONLY | O_CREAT | O_EXCL, action: "create")
    _ = try source.hash { bytes throws(Diagnostic) in try file.write(bytes) }
    try seal(file)
    guard rename(temporary, target) == 0 else { throw Diagnostic.system("store", target, errno) }
  }

  /// A file that reads as a directory listing would be taken for one.
  private func refuseListing(_ head: [UInt8], _ what: String) throws {
    guard head == Array(TreeListing.header.utf8) else { return }
    throw Diagnostic(
      .unsupportedEntry, "\(what) starts like a directory listing of a store, which cannot be kept as a file")
  }
}
