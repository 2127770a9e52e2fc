import Diagnostics
import Foundation
import JSONText
import Synchronization

/// A file that appears under its name whole or not at all.
///
/// Bytes go to a temporary file beside it, which `publish()` renames; without that it is removed again.
package struct AtomicFile: ~Copyable {
  private let url: URL
  private let temporaryPath: String
  private let descriptor: Int32

  /// - Throws: `Diagnostic` if the folder takes no new file.
  package init(_ url: URL) throws(Diagnostic) {
    let serial = Self.serial.wrappingAdd(1, ordering: .relaxed).newValue
    let path = url.deletingLastPathComponent()
      .appendingPathComponent(".\(url.lastPathComponent).\(getpid())-\(serial)").path
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw Self.unwritable(url) }
    self.url = url
    self.descriptor = descriptor
    temporaryPath = path
  }

  private static let serial = Atomic<Int>(0)

  /// - Throws: `Diagnostic` if the bytes could not be written in full.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(Diagnostic) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let chunk = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
      let count = Foundation.write(descriptor, chunk.baseAddress, chunk.count)
      if count < 0 {
        if errno == EINTR { continue }
        throw Self.unwritable(url)
      }
      rest = rest.dropFirst(count)
    }
  }

  /// - Throws: `Diagnostic` if the bytes could not be written in full.
  package func write(_ bytes: [UInt8]) throws(Diagnostic) {
    let result = bytes.withUnsafeBytes { buffer in
      Result { () throws(Diagnostic) in try write(buffer) }
    }
    try result.get()
  }

  /// Gives the file its name, replacing what had it.
  ///
  /// - Parameter synchronized: whether its bytes, then its name, are on the disk before this returns.
  package consuming func publish(synchronized: Bool = false) throws(Diagnostic) {
    guard !synchronized || fsync(descriptor) == 0, rename(temporaryPath, url.path) == 0 else {
      throw Self.unwritable(url)
    }
    guard synchronized else { return }
    let folder = open(url.deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { return }
    fsync(folder)
    close(folder)
  }

  deinit {
    close(descriptor)
    unlink(temporaryPath)
  }

  private static func unwritable(_ url: URL) -> Diagnostic {
    Diagnostic(
      .unwritableModel, "the file cannot be written: \(String(cString: strerror(errno)))",
      at: SourceLocation(file: url.path))
  }
}

/// Writes a JSON text as `config.json` files are written: indented, whole or not at all.
func writeJSON(_ json: JSON, to url: URL) throws(Diagnostic) {
  let file = try AtomicFile(url)
  try file.write(Array(json.pretty.utf8))
  try file.publish()
}

/// Reads and parses a JSON file.
///
/// - Throws: `Diagnostic` with line and column where the text is not valid JSON.
func readJSON(_ url: URL, displayName: String) throws(Diagnostic) -> JSON {
  let file = try MappedFile(url, displayName: displayName)
  return try JSON.parse([UInt8](file.bytes), file: displayName)
}
