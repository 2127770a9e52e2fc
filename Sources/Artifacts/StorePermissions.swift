import Diagnostics
import Foundation

/// Who may look into a store: its user alone, or a group on purpose.
///
/// A directory that is writable for its group and hands the group on (mode 2770) is shared, and so is what is made in
/// it, whatever the umask; anything else is made for its user alone, where the umask can only take away more.
public struct StorePermissions: Sendable, Hashable {
  public let isShared: Bool

  public static let onlyUser = StorePermissions(isShared: false)
  public static let group = StorePermissions(isShared: true)

  private static let sharedBits: mode_t = S_ISGID | S_IWGRP

  private init(isShared: Bool) { self.isShared = isShared }

  /// What things made in a directory get.
  public init(in directory: String) {
    var status = stat()
    isShared = stat(directory, &status) == 0 && status.st_mode & Self.sharedBits == Self.sharedBits
  }

  var directory: mode_t { isShared ? 0o2770 : 0o700 }
  /// Of the database, locks and checkpoints.
  public var file: mode_t { isShared ? 0o660 : 0o600 }
  var object: mode_t { isShared ? 0o440 : 0o400 }
  /// Bits that a process that writes here takes from what it creates.
  public var umask: mode_t { isShared ? 0o007 : 0o077 }

  /// Gives a new file its mode where the umask may have kept the group out.
  func apply(to descriptor: Int32) { if isShared { fchmod(descriptor, file) } }
}

/// Creates a directory of a store unless it exists, and its parents, as private or shared as what they are made in.
///
/// - Throws: `Diagnostic` if it cannot be made.
package func makeStoreDirectory(_ path: String) throws(Diagnostic) {
  if access(path, F_OK) == 0 { return }
  let parent = parentPath(of: path)
  if parent != path { try makeStoreDirectory(parent) }
  let permissions = StorePermissions(in: parent)
  guard mkdir(path, permissions.directory & 0o777) == 0 else {
    if errno == EEXIST { return }
    throw .system("create", path, errno)
  }
  if permissions.isShared { chmod(path, permissions.directory) }
}

extension StoreLayout {
  /// Directories and files of the store that are symbolic links.
  public func linkedDirectories() throws -> [String] {
    guard exists else { return [] }
    return try entryNames(of: root.path).map { "\(root.path)/\($0)" }.filter { path in
      try status(of: path, followingLinks: false).map(EntryKind.init) == .symbolicLink
    }
  }

  public var permissions: StorePermissions { StorePermissions(in: root.path) }

  /// Makes a directory of the store, and its parents, where they are missing.
  public func create(directory: URL) throws { try makeStoreDirectory(directory.path) }

  /// Gives everything in the store the modes of a private or a shared one.
  ///
  /// - Parameter group: owns the files from then on; nil leaves the group.
  /// - Throws: `Diagnostic` if a file belongs to somebody else.
  public func apply(_ permissions: StorePermissions, group: gid_t? = nil) throws {
    try apply(permissions, group, to: root.path)
    // Links to objects in other directories are the same files, so that objects come last.
    let holders = [trash.lastPathComponent, objects.lastPathComponent]
    for name in try entryNames(of: root.path).filter({ !holders.contains($0) }) + holders {
      try applyBelow("\(root.path)/\(name)", permissions, group, isObject: holders.contains(name))
    }
  }

  private func applyBelow(_ path: String, _ permissions: StorePermissions, _ group: gid_t?, isObject: Bool)
    throws
  {
    let kind = try apply(permissions, group, to: path, isObject: isObject)
    guard kind == .directory else { return }
    for name in try entryNames(of: path) {
      try applyBelow("\(path)/\(name)", permissions, group, isObject: isObject)
    }
  }

  /// - Returns: what lies there; nil if a process took it away.
  @discardableResult
  private func apply(
    _ permissions: StorePermissions, _ group: gid_t?, to path: String, isObject: Bool = false
  ) throws -> EntryKind? {
    guard let kind = try status(of: path, followingLinks: false).map(EntryKind.init) else { return nil }
    guard kind == .file || kind == .directory else { return kind }
    if let group, chown(path, uid_t.max, group) != 0 {
      if errno == ENOENT { return nil }
      throw Diagnostic.system("change the group of", path, errno)
    }
    let mode =
      kind == .directory ? permissions.directory : isObject ? permissions.object : permissions.file
    guard chmod(path, mode) == 0 else {
      if errno == ENOENT { return nil }
      throw Diagnostic.system("set the mode of", path, errno)
    }
    return kind
  }
}
