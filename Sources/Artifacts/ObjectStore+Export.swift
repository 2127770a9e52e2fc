import Diagnostics
import Foundation

extension ObjectStore {
  /// Copies an object out of the store, with ordinary modes; the destination appears whole or not at all.
  ///
  /// - Parameter url: must not exist, or be an empty directory where a directory is exported; parents are made.
  /// - Throws: `Diagnostic` if the destination is taken, something is missing or damaged, or the disk fails.
  public func export(_ reference: ObjectReference, to url: URL) throws {
    guard reference.kind == .blob else {
      return try publishDirectory(at: url) { try copyEntries(of: reference.digest, to: $0.path) }
    }
    let target = url.standardizedFileURL.path
    let parent = parentPath(of: target)
    if try status(of: target, followingLinks: false) != nil { throw Diagnostic.taken(target) }
    try makeDirectory(parent)
    let temporary = hiddenSibling(of: target)
    defer { removeTree(temporary) }
    try copyObject(reference.digest, to: temporary, mode: 0o666)
    // A link, since a rename would replace a file that appeared in the meantime.
    if link(temporary, target) != 0 {
      guard [EPERM, EMLINK, ENOTSUP].contains(errno) else { throw Diagnostic.unpublished(target, errno) }
      guard rename(temporary, target) == 0 else { throw Diagnostic.system("create", target, errno) }
    }
    try syncDirectory(parent)
  }

  private func copyEntries(of listing: Digest, to path: String) throws {
    for entry in try self.listing(listing).entries {
      let target = path + "/" + entry.name
      guard entry.object.kind == .tree else {
        try copyObject(entry.object.digest, to: target, mode: 0o666)
        continue
      }
      guard mkdir(target, 0o777) == 0 else { throw Diagnostic.system("create", target, errno) }
      try copyEntries(of: entry.object.digest, to: target)
      try syncDirectory(target)
    }
  }
}
