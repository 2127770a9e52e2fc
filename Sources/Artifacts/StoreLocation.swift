import Diagnostics
import Foundation

/// Finds the store that a command works with.
public enum StoreLocation {
  public static let directoryName = ".plumb"
  public static let environmentVariable = "PLUMB_STORE"

  /// Where the store is, or where it will be created.
  ///
  /// - Parameters:
  ///   - explicit: what `--store` names; it wins over the environment, which wins over the search.
  ///   - start: the directory of the manifest, or the current one; searched upwards.
  public static func locate(
    explicit: String?, from start: URL, environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> StoreLayout {
    if let explicit = explicit ?? environment[environmentVariable], !explicit.isEmpty {
      return StoreLayout(root: URL(fileURLWithPath: explicit, isDirectory: true).standardizedFileURL)
    }
    let start = start.standardizedFileURL
    var directory = start
    while true {
      let candidate = directory.appendingPathComponent(directoryName, isDirectory: true)
      if isDirectory(candidate.path) { return StoreLayout(root: candidate) }
      let parent = directory.deletingLastPathComponent().standardizedFileURL
      if parent.path == directory.path || directory.path == "/" { break }
      directory = parent
    }
    return StoreLayout(root: start.appendingPathComponent(directoryName, isDirectory: true))
  }

  private static func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && EntryKind(status) == .directory
  }
}

extension StoreLayout {
  /// Whether the store has been created.
  public var exists: Bool { access(root.path, F_OK) == 0 }

  /// Refuses a directory that holds something else than a store. What is empty or not there can become one.
  ///
  /// - Throws: `Diagnostic` if it is such a directory, or cannot be read.
  public func refuseForeignDirectory() throws {
    guard let status = try status(of: root.path, followingLinks: true) else { return }
    guard EntryKind(status) == .directory else {
      throw Diagnostic(
        .storeUnavailable, "'\(root.path)' is a file; a store is a directory",
        hint: "name another place with --store DIR")
    }
    let names = Set(try entryNames(of: root.path))
    guard !names.contains(database.lastPathComponent), let other = names.subtracting(ownNames).min() else {
      return
    }
    let inside = root.appendingPathComponent(StoreLocation.directoryName, isDirectory: true)
    throw Diagnostic(
      .storeUnavailable, "'\(root.path)' is no store: it holds '\(other)'; nothing was changed",
      hint: "name a store, an empty directory or a new one: --store \(inside.path)")
  }

  /// What may lie in a directory that is to be a store: all that one consists of, and what file systems begin with.
  private var ownNames: Set<String> {
    Set([objects, temporary, work, checkpoints, locks, trash].map(\.lastPathComponent))
      .union([StoreLayout.ignoreName, "lost+found"])
  }

  private static let ignoreName = ".gitignore"

  /// Creates what is missing of the store's directories; private to the user, and ignored by Git.
  ///
  /// - Throws: `Diagnostic` if the place holds something else, cannot be written to or is a network file system,
  ///   where locks and SQLite's shared memory do not work.
  public func create() throws {
    if access(root.path, F_OK) != 0 {
      try makeDirectory(parentPath(of: root.path))
      try refuseNetworkFileSystem(parentPath(of: root.path))
      try makeDirectory(root.path, mode: StorePermissions.onlyUser.directory)
      let ignore = try OpenFile("\(root.path)/\(StoreLayout.ignoreName)", O_WRONLY | O_CREAT)
      try ignore.write(Array("*\n".utf8))
    } else {
      try refuseForeignDirectory()
      try refuseNetworkFileSystem(root.path)
    }
    for directory in [objects, temporary, work, checkpoints, locks] where access(directory.path, F_OK) != 0 {
      try makeStoreDirectory(directory.path)
    }
  }

  private func refuseNetworkFileSystem(_ path: String) throws {
    guard let status = try status(of: path, followingLinks: true),
      let table = FileManager.default.contents(atPath: "/proc/self/mountinfo"),
      let type = StoreLayout.fileSystemType(
        device: UInt64(status.st_dev), mountTable: String(decoding: table, as: UTF8.self)),
      type == "nfs" || type == "nfs4"
    else { return }
    throw Diagnostic(
      .storeOnNetwork, "the store '\(root.path)' lies on NFS, where locks cannot be relied on",
      hint: "name a local directory: --store /var/tmp/plumb, or set \(StoreLocation.environmentVariable)")
  }

  /// The file system type of a device, from the text of `/proc/self/mountinfo` (proc_pid_mountinfo(5)).
  package static func fileSystemType(device: UInt64, mountTable: String) -> String? {
    let major = (device >> 8) & 0xFFF | (device >> 32) & 0xFFFF_F000
    let minor = device & 0xFF | (device >> 12) & 0xFFFF_FF00
    for line in mountTable.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count > 2, fields[2] == "\(major):\(minor)",
        let separator = fields.firstIndex(of: "-"), separator + 1 < fields.count
      else { continue }
      return String(fields[separator + 1])
    }
    return nil
  }
}
