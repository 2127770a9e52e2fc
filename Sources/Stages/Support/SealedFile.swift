import Artifacts
import Foundation
import LanguageModels

/// A file that ends with the SHA-256 of what is before, so that what the disk spoils is found.
///
/// It has its name only once all of it is written.
enum SealedFile {
  /// Characters of a digest as text.
  private static let digestCount = 2 * Digest.byteCount

  /// The bytes of a file, mapped; nil if they are not what was written.
  static func read(_ file: URL) -> Data? {
    guard let data = try? Data(contentsOf: file, options: .alwaysMapped), data.count >= digestCount else {
      return nil
    }
    let body = data.dropLast(digestCount)
    var hash = SHA256()
    body.withUnsafeBytes { hash.update($0) }
    return hash.finish().text == String(decoding: data.suffix(digestCount), as: UTF8.self) ? body : nil
  }

  /// - Parameters:
  ///   - synchronized: whether it is on the disk, to stay, before this returns.
  ///   - write: hands the bytes over, in order.
  /// - Throws: if it cannot be written; then the file is as it was.
  static func write(
    _ file: URL, synchronized: Bool, _ write: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void
  ) throws {
    let atomic = try AtomicFile(file)
    var hash = SHA256()
    try write { bytes in
      hash.update(bytes)
      try atomic.write(bytes)
    }
    try atomic.write(Array(hash.finish().text.utf8))
    try atomic.publish(synchronized: synchronized)
  }
}
