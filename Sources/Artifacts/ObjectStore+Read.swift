import Diagnostics
import Foundation

extension ObjectStore {
  /// Whether the object's file is there; its bytes are not looked at.
  public func has(_ digest: Digest) -> Bool { access(layout.objectPath(digest), F_OK) == 0 }

  /// Whether an object and everything it lists is there; bytes of files are not looked at.
  public func isComplete(_ reference: ObjectReference) -> Bool {
    everyPart(of: reference) { has($0.digest) ? entries(of: $0) : nil }
  }

  /// Whether an object and everything it lists passes a test; each is tested once, however often it is listed.
  ///
  /// - Parameter entries: what an object that passes lists, which is nothing for a file; nil if it does not pass.
  func everyPart(of reference: ObjectReference, entries: (ObjectReference) throws -> [TreeEntry]?) rethrows
    -> Bool
  {
    var seen: Set<ObjectReference> = [reference]
    var pending = [reference]
    while let part = pending.popLast() {
      guard let entries = try entries(part) else { return false }
      for entry in entries where seen.insert(entry.object).inserted { pending.append(entry.object) }
    }
    return true
  }

  /// What a stored object lists, which is nothing for a file; nil for a damaged listing.
  func entries(of part: ObjectReference) -> [TreeEntry]? {
    part.kind == .tree ? try? listing(part.digest).entries : []
  }

  /// The file that holds an object's bytes; only to be read.
  public func url(of digest: Digest) -> URL { layout.object(digest) }

  /// The bytes of an object, checked against its name.
  ///
  /// - Throws: `Diagnostic` if the object is missing or damaged.
  public func read(_ digest: Digest) throws -> [UInt8] {
    try read(openObject(digest), digest)
  }

  private func read(_ file: borrowing OpenFile, _ digest: Digest) throws -> [UInt8] {
    var bytes: [UInt8] = []
    let (actual, _) = try file.hash { bytes.append(contentsOf: $0) }
    guard actual == digest else { throw Diagnostic.damaged(digest) }
    return bytes
  }

  /// The entries of a stored directory.
  ///
  /// - Throws: `Diagnostic` if the object is missing, damaged or not a directory.
  public func listing(_ digest: Digest) throws -> TreeListing {
    let file = try openObject(digest)
    let isListing = try file.startsWithListingHeader()
    guard isListing, let listing = TreeListing(bytes: try read(file, digest)) else {
      throw Diagnostic(.objectDamaged, "the object \(digest) is not a directory listing")
    }
    return listing
  }

  /// The name, kind and size of what the store holds under a digest.
  ///
  /// - Throws: `Diagnostic` if the object is missing, or a damaged directory.
  public func reference(to digest: Digest) throws -> ObjectReference {
    let file = try openObject(digest)
    let size = Int64(try file.status().st_size)
    guard try file.startsWithListingHeader() else {
      return ObjectReference(digest: digest, kind: .blob, size: size)
    }
    return ObjectReference(digest: digest, kind: .tree, size: try listing(digest).size)
  }

  /// Whether the object is there with the bytes its name promises.
  public func isIntact(_ digest: Digest) -> Bool {
    guard let file = try? openObject(digest), let result = try? file.hash() else { return false }
    return result.digest == digest
  }

  func openObject(_ digest: Digest) throws(Diagnostic) -> OpenFile {
    guard has(digest) else { throw Diagnostic.missing(digest) }
    // A link would lead out of the store, and a pipe would be waited for.
    let file = try OpenFile(
      layout.objectPath(digest), O_RDONLY | O_NOFOLLOW | O_NONBLOCK, action: "read")
    guard try EntryKind(file.status()) == .file else {
      throw Diagnostic(
        .objectDamaged, "the object \(digest) is not a regular file", hint: "plumb store verify")
    }
    return file
  }
}

extension OpenFile {
  /// Whether the file begins as directory listings do; leaves the position where it was.
  func startsWithListingHeader() throws(Diagnostic) -> Bool {
    let header = Array(TreeListing.header.utf8)
    var head = [UInt8](repeating: 0, count: header.count)
    let count = pread(descriptor, &head, head.count, 0)
    guard count >= 0 else { throw .system("read", path, errno) }
    return count == header.count && head == header
  }
}

extension Diagnostic {
  static func damaged(_ digest: Digest) -> Diagnostic {
    Diagnostic(
      .objectDamaged, "the object \(digest) is damaged: its bytes are not what its name says",
      hint: "plumb store verify")
  }

  static func missing(_ digest: Digest) -> Diagnostic {
    Diagnostic(.objectMissing, "the store does not hold the object \(digest)", hint: "plumb store verify")
  }
}
