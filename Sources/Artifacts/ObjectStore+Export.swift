import Diagnostics
import Foundation

extension ObjectStore {
  /// Copies an object out of the store, with ordinary modes; the destination appears whole or not at all.
  ///
  /// - Parameter url: must not exist, or be an empty directory where a directory is exported; parents are made.
  /// - Throws: `Diagnostic` if the destination is taken, something is missing or damaged, or the disk fails.
  public func export(_ reference: ObjectReference, to url: URL) throws {
    let target = url.standardizedFileURL.path
    let parent = parentPath(of: target)
    if try isTaken(target, by: reference.kind) { throw Diagnostic.taken(target) }
    try makeDirectory(parent)
    let suffix = String(UInt64.random(in: .min ... .max), radix: 36)
    let temporary = "\(parent)/.\(url.lastPathComponent).\(suffix).tmp"
    defer { removeTree(temporary) }
    try copy(reference, to: temporary)
    // Files are linked, since a rename would replace a file that appeared in the meantime.
    let published =
      reference.kind == .tree ? rename(temporary, target) == 0 : link(temporary, target) == 0
    if !published, reference.kind == .blob, [EPERM, EMLINK, ENOTSUP].contains(errno) {
      guard rename(temporary, target) == 0 else { throw Diagnostic.system("create", target, errno) }
    } else if !published {
      if [EEXIST, ENOTEMPTY, ENOTDIR].contains(errno) { throw Diagnostic.taken(target) }
      throw Diagnostic.system("create", target, errno)
    }
    try syncDirectory(parent)
  }

  private func isTaken(_ path: String, by kind: ObjectKind) throws -> Bool {
    guard let status = try status(of: path, followingLinks: false) else { return false }
    return try kind == .blob || EntryKind(status) != .directory || !entryNames(of: path).isEmpty
  }

  private func copy(_ reference: ObjectReference, to path: String) throws {
    guard reference.kind == .tree else { return try copyObject(reference.digest, to: path, mode: 0o666) }
    guard mkdir(path, 0o777) == 0 else { throw Diagnostic.system("create", path, errno) }
    for entry in try listing(reference.digest).entries { try copy(entry.object, to: path + "/" + entry.name) }
    try syncDirectory(path)
  }
}

extension Diagnostic {
  fileprivate static func taken(_ path: String) -> Diagnostic {
    Diagnostic(
      .destinationExists, "'\(path)' exists already; nothing was written",
      hint: "name a path that does not exist, or remove it first")
  }
}
