import Diagnostics
import Foundation

/// A file mapped into memory for reading; unmapped when the last reference goes.
///
/// `@unchecked Sendable`: the mapping is private, read-only and never changes after `init`.
final class MappedFile: @unchecked Sendable {
  let bytes: UnsafeRawBufferPointer

  /// - Parameter displayName: the file as errors name it.
  /// - Throws: `Diagnostic` if the file cannot be opened or mapped.
  init(_ url: URL, displayName: String) throws(Diagnostic) {
    func unreadable() -> Diagnostic {
      Diagnostic(
        .unreadableFile, "the file cannot be read: \(String(cString: strerror(errno)))",
        at: SourceLocation(file: displayName))
    }
    let descriptor = open(url.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw unreadable() }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw unreadable() }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw Diagnostic(.unreadableFile, "not a regular file", at: SourceLocation(file: displayName))
    }
    let size = Int(status.st_size)
    guard size > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    let address = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0)
    guard let address, address != MAP_FAILED else { throw unreadable() }
    bytes = UnsafeRawBufferPointer(start: address, count: size)
  }

  /// Lets the system take back the pages that were read; they are read again where they are needed again.
  func release() {
    guard let address = bytes.baseAddress else { return }
    madvise(UnsafeMutableRawPointer(mutating: address), bytes.count, MADV_DONTNEED)
  }

  deinit {
    if let address = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: address), bytes.count) }
  }
}
