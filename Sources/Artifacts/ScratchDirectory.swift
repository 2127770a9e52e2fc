import Diagnostics
import Foundation

/// A directory that belongs to one living process and goes when its owner lets go of it.
///
/// The owner holds a lock on the directory itself; a directory whose lock is free belongs to the dead, and the next
/// command that stores something removes it.
public final class ScratchDirectory: Sendable {
  public let url: URL
  private let lock: FileLock

  /// Creates an empty directory in `parent`.
  ///
  /// - Parameter name: told apart from others by a random suffix.
  public init(in parent: URL, name: String) throws {
    while true {
      let suffix = String(UInt64.random(in: .min ... .max), radix: 36)
      let url = parent.appendingPathComponent("\(name)-\(suffix)", isDirectory: true)
      try makeStoreDirectory(parent.path)
      guard mkdir(url.path, 0o700) == 0 else {
        if errno == EEXIST { continue }
        throw Diagnostic.system("create", url.path, errno)
      }
      // A cleaner may take the directory in the instant before it is locked; then make another.
      guard let lock = try FileLock.attempt(existing: url) else { continue }
      self.url = url
      self.lock = lock
      return
    }
  }

  deinit { removeTree(url.path) }

  /// Hands over the path of everything in `parent` whose owner is dead, and which nobody can take meanwhile.
  static func forEachAbandoned(in parent: URL, _ body: (String) throws -> Void) throws {
    guard access(parent.path, F_OK) == 0 else { return }
    for name in try entryNames(of: parent.path) {
      let url = parent.appendingPathComponent(name, isDirectory: true)
      // What another user owns cannot be locked, and is left to that user.
      guard let lock = try? FileLock.attempt(existing: url) else { continue }
      try body(url.path)
      withExtendedLifetime(lock) {}
    }
  }
}

/// Removes a file or a directory with everything in it, as far as possible; what stays is garbage, not harm.
func removeTree(_ path: String) {
  if unlink(path) == 0 || errno == ENOENT { return }
  chmod(path, 0o700)
  for name in (try? entryNames(of: path)) ?? [] { removeTree(path + "/" + name) }
  rmdir(path)
}
