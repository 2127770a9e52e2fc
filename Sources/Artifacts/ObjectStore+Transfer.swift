import Diagnostics
import Foundation

extension ObjectStore {
  /// Bytes of an object on the disk.
  ///
  /// - Throws: `Diagnostic` if it is missing.
  public func storedSize(of digest: Digest) throws -> Int64 { Int64(try openObject(digest).status().st_size) }

  /// Hands out an object's bytes piece by piece.
  ///
  /// - Throws: `Diagnostic` if it is missing, or, after the last piece, if it is damaged.
  public func send(_ digest: Digest, to sink: (UnsafeRawBufferPointer) throws -> Void) throws {
    let file = try openObject(digest)
    var failure: (any Error)?
    let (actual, _) = try file.hash { bytes in
      guard failure == nil else { return }
      do { try sink(bytes) } catch { failure = error }
    }
    if let failure { throw failure }
    guard actual == digest else { throw Diagnostic.damaged(digest) }
  }

  /// Takes in an object from elsewhere; it gets its name only if its bytes have that digest.
  ///
  /// - Parameter body: hands over the bytes, piece by piece.
  /// - Throws: `Diagnostic` naming the object if the bytes are others, or begin like a listing and are none.
  public func receive(
    _ digest: Digest, from body: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void
  ) throws {
    let temporary = try temporaryPath()
    defer { unlink(temporary) }
    try writeNew(temporary, body)
    let file = try OpenFile(temporary, O_RDONLY, action: "read")
    let isListing = try file.startsWithListingHeader()
    var bytes: [UInt8] = []
    let (actual, _) = try file.hash { chunk in if isListing { bytes.append(contentsOf: chunk) } }
    guard actual == digest else {
      throw Diagnostic(
        .objectDamaged, "the object \(digest) was refused: what came has the digest \(actual)",
        hint: "'plumb store verify --repair' where it comes from, or send it again")
    }
    guard !isListing || TreeListing(bytes: bytes) != nil else {
      throw Diagnostic(
        .objectDamaged, "the object \(digest) was refused: a directory listing that is malformed")
    }
    try seal(file)
    try publish(temporary, as: digest)
  }

  private func writeNew(_ path: String, _ body: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void)
    throws
  {
    let file = try OpenFile(path, O_WRONLY | O_CREAT | O_EXCL, action: "create")
    let descriptor = file.descriptor
    try body { bytes in try writeAll(bytes, to: descriptor, path) }
  }

  /// Entries of a listing that has been received or is about to be.
  ///
  /// - Throws: `Diagnostic` if the bytes are no listing.
  public static func listing(of digest: Digest, bytes: [UInt8]) throws -> TreeListing {
    guard Digest(hashing: bytes) == digest, let listing = TreeListing(bytes: bytes) else {
      throw Diagnostic(.objectDamaged, "the object \(digest) was refused: it is not the listing it should be")
    }
    return listing
  }
}
