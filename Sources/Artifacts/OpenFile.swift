import Diagnostics
import Foundation

/// An open file descriptor, closed at the end of its life and not inherited by child processes.
struct OpenFile: ~Copyable {
  /// Bytes moved at once; large enough that system calls cost nothing beside hashing.
  static let chunkSize = 1 << 20

  let descriptor: Int32
  let path: String

  /// - Throws: `Diagnostic` naming the path and the cause.
  init(_ path: String, _ flags: Int32, mode: mode_t = 0o600, action: String = "open") throws(Diagnostic) {
    let descriptor = open(path, flags | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw .system(action, path, errno) }
    self.descriptor = descriptor
    self.path = path
  }

  deinit { close(descriptor) }

  func status() throws(Diagnostic) -> stat {
    var result = stat()
    guard fstat(descriptor, &result) == 0 else { throw .system("look at", path, errno) }
    return result
  }

  /// Reads up to the buffer's size; 0 at the end of the file.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(Diagnostic) -> Int {
    while true {
      let count = Foundation.read(descriptor, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      if errno != EINTR { throw .system("read", path, errno) }
    }
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(Diagnostic) { try writeAll(bytes, to: descriptor, path) }

  func write(_ bytes: [UInt8]) throws(Diagnostic) {
    var result: Result<Void, Diagnostic> = .success(())
    bytes.withUnsafeBytes { buffer in
      do throws(Diagnostic) { try write(buffer) } catch { result = .failure(error) }
    }
    try result.get()
  }

  /// Returns once the bytes are on the disk.
  func sync() throws(Diagnostic) {
    guard fsync(descriptor) == 0 else { throw .system("write", path, errno) }
  }

  func setMode(_ mode: mode_t) throws(Diagnostic) {
    guard fchmod(descriptor, mode) == 0 else { throw .system("set the mode of", path, errno) }
  }

  /// Reads from the current position to the end, hashing; hands each chunk on.
  func hash(each chunk: (UnsafeRawBufferPointer) throws(Diagnostic) -> Void = { _ in })
    throws(Diagnostic) -> (digest: Digest, size: Int64)
  {
    // One byte more than a small file has, so that its first chunk is its last.
    let capacity = min(OpenFile.chunkSize, max(4096, Int(try status().st_size) + 1))
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 4096)
    defer { buffer.deallocate() }
    var hash = SHA256()
    var size: Int64 = 0
    while true {
      let count = try read(into: buffer)
      if count == 0 { return (hash.finish(), size) }
      let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
      hash.update(bytes)
      try chunk(bytes)
      size += Int64(count)
    }
  }
}

/// Writes all of a buffer to an open file.
///
/// - Parameter path: names the file in errors.
package func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, _ path: String)
  throws(Diagnostic)
{
  var rest = bytes
  while !rest.isEmpty {
    let count = Foundation.write(descriptor, rest.baseAddress, rest.count)
    if count < 0 {
      if errno == EINTR { continue }
      throw .system("write", path, errno)
    }
    rest = UnsafeRawBufferPointer(rebasing: rest[count...])
  }
}

/// Makes the entries of a directory survive a loss of power.
package func syncDirectory(_ path: String) throws(Diagnostic) {
  let directory = try OpenFile(path, O_RDONLY | O_DIRECTORY)
  try directory.sync()
}

/// Creates a directory unless it exists, and its parents.
func makeDirectory(_ path: String, mode: mode_t = 0o777) throws(Diagnostic) {
  if mkdir(path, mode) == 0 || errno == EEXIST { return }
  guard errno == ENOENT else { throw .system("create", path, errno) }
  let parent = parentPath(of: path)
  guard parent != path else { throw .system("create", path, ENOENT) }
  try makeDirectory(parent)
  guard mkdir(path, mode) == 0 || errno == EEXIST else { throw .system("create", path, errno) }
}

/// The path without its last component; `.` for a bare name.
func parentPath(of path: String) -> String {
  var path = Substring(path)
  while path.count > 1, path.hasSuffix("/") { path.removeLast() }
  guard let slash = path.lastIndex(of: "/") else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}
