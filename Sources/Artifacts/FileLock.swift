import Diagnostics
import Foundation

/// A lock on a path that the kernel releases when its holder dies, however it dies.
///
/// Between processes and between holders of one process alike (`flock`).
public final class FileLock: Sendable {
  public enum Mode: Sendable, Hashable { case shared, exclusive }

  public let path: String
  private let descriptor: Int32
  private let removesFile: Bool

  /// Microseconds between two looks at a lock that may be given up.
  private static let pollingInterval: UInt32 = 20_000

  private init(path: String, descriptor: Int32, removesFile: Bool) {
    self.path = path
    self.descriptor = descriptor
    self.removesFile = removesFile
  }

  deinit {
    if removesFile { unlink(path) }
    close(descriptor)
  }

  /// Takes the lock if nobody holds it against `mode`; nil if somebody does.
  ///
  /// - Parameters:
  ///   - url: a file, created when missing, or a directory that exists.
  ///   - removesFile: whether the file goes when the lock is released.
  public static func attempt(_ url: URL, _ mode: Mode = .exclusive, removesFile: Bool = false)
    throws -> FileLock?
  {
    try acquire(url.path, mode, blocking: false, removesFile: removesFile)
  }

  /// Takes the lock on what exists already; nil if nothing is there, or somebody holds it.
  static func attempt(existing url: URL) throws -> FileLock? {
    try acquire(url.path, .exclusive, blocking: false, removesFile: false, creating: false)
  }

  /// Asks for the lock again and again until it is free or there is no need for it any more.
  ///
  /// - Parameter isStopped: asked every few milliseconds while others hold the lock.
  /// - Returns: nil if it was stopped.
  public static func wait(
    _ url: URL, _ mode: Mode = .exclusive, removesFile: Bool = false, until isStopped: () -> Bool
  ) throws -> FileLock? {
    while true {
      if let lock = try attempt(url, mode, removesFile: removesFile) { return lock }
      if isStopped() { return nil }
      usleep(pollingInterval)
    }
  }

  /// Takes the lock, waiting for as long as others hold it.
  ///
  /// - Parameter onWait: called once if the lock is not free at once.
  public static func wait(
    _ url: URL, _ mode: Mode = .exclusive, removesFile: Bool = false, onWait: () -> Void = {}
  ) throws -> FileLock {
    if let lock = try acquire(url.path, mode, blocking: false, removesFile: removesFile) { return lock }
    onWait()
    while true {
      if let lock = try acquire(url.path, mode, blocking: true, removesFile: removesFile) { return lock }
    }
  }

  private static func acquire(
    _ path: String, _ mode: Mode, blocking: Bool, removesFile: Bool, creating: Bool = true
  ) throws -> FileLock? {
    while true {
      guard let descriptor = try openForLock(path, creating: creating) else { return nil }
      let operation = (mode == .shared ? LOCK_SH : LOCK_EX) | (blocking ? 0 : LOCK_NB)
      while flock(descriptor, operation) != 0 {
        let code = errno
        if code == EINTR { continue }
        close(descriptor)
        if code == EWOULDBLOCK { return nil }
        throw Diagnostic.system("lock", path, code)
      }
      // A holder that removed the file on release leaves us with a lock on nothing.
      if isCurrent(descriptor, path) {
        return FileLock(path: path, descriptor: descriptor, removesFile: removesFile)
      }
      close(descriptor)
    }
  }

  /// - Returns: nil if nothing is there and nothing is to be made.
  private static func openForLock(_ path: String, creating: Bool) throws -> Int32? {
    var descriptor = creating ? create(path) : open(path, O_RDWR | O_CLOEXEC)
    if descriptor < 0, errno == ENOENT, !creating { return nil }
    if descriptor < 0, errno == EISDIR { descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    if descriptor < 0, errno == ENOENT {
      try makeStoreDirectory(parentPath(of: path))
      descriptor = create(path)
    }
    guard descriptor >= 0 else { throw Diagnostic.system("lock", path, errno) }
    return descriptor
  }

  private static func create(_ path: String) -> Int32 {
    let known = open(path, O_RDWR | O_CLOEXEC)
    if known >= 0 || errno != ENOENT { return known }
    let permissions = StorePermissions(in: parentPath(of: path))
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, permissions.file)
    if descriptor >= 0 { permissions.apply(to: descriptor) }
    return descriptor
  }

  private static func isCurrent(_ descriptor: Int32, _ path: String) -> Bool {
    var held = stat()
    var named = stat()
    return fstat(descriptor, &held) == 0 && stat(path, &named) == 0 && held.st_dev == named.st_dev
      && held.st_ino == named.st_ino
  }
}
