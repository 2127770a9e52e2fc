import Diagnostics
import Foundation

/// What the file system says about a file: enough to notice that it was replaced or written to.
public struct FileStamp: Sendable, Hashable {
  public var device: UInt64
  public var inode: UInt64
  /// Bytes.
  public var size: Int64
  /// Nanoseconds since 1970.
  public var modified: Int64
  /// When the inode last changed, in nanoseconds since 1970.
  public var changed: Int64

  public init(device: UInt64, inode: UInt64, size: Int64, modified: Int64, changed: Int64) {
    self.device = device
    self.inode = inode
    self.size = size
    self.modified = modified
    self.changed = changed
  }

  init(_ status: stat) {
    func nanoseconds(_ time: timespec) -> Int64 { Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec) }
    self.init(
      device: UInt64(status.st_dev), inode: UInt64(status.st_ino), size: Int64(status.st_size),
      modified: nanoseconds(status.st_mtim), changed: nanoseconds(status.st_ctim))
  }

  /// Whether both are of the same bytes, as far as the file system can tell. A new hard link or mode changes
  /// nothing about the bytes, so the time of the inode's change does not count.
  func isSameContent(as other: FileStamp) -> Bool {
    device == other.device && inode == other.inode && size == other.size && modified == other.modified
  }
}

/// What a path leads to.
enum EntryKind: Equatable {
  case file
  case directory
  case symbolicLink
  case other

  init(_ status: stat) {
    switch status.st_mode & S_IFMT {
    case S_IFREG: self = .file
    case S_IFDIR: self = .directory
    case S_IFLNK: self = .symbolicLink
    default: self = .other
    }
  }
}

/// The status of a path; nil if nothing is there.
///
/// - Throws: `Diagnostic` when the path cannot be looked at.
func status(of path: String, followingLinks: Bool) throws(Diagnostic) -> stat? {
  var result = stat()
  let code = followingLinks ? stat(path, &result) : lstat(path, &result)
  if code == 0 { return result }
  if errno == ENOENT || errno == ENOTDIR { return nil }
  throw .system("look at", path, errno)
}
