import Diagnostics
import Foundation

extension ObjectStore {
  /// Copies an object out of the store, with ordinary modes; the destination appears whole or not at all.
  ///
  /// - Parameters:
  ///   - url: must not exist, or be an empty directory where a directory is exported; parents are made.
  ///   - addition: a file to lie in an exported directory beside what the object holds, and its text.
  /// - Throws: `Diagnostic` if the destination is taken, something is missing or damaged, or the disk fails.
  public func export(
    _ reference: ObjectReference, to url: URL, adding addition: (name: String, text: String)? = nil
  ) throws {
    guard reference.kind == .blob else {
      return try publishDirectory(at: url) { directory in
        try copyEntries(of: reference.digest, to: directory.path)
        if let addition {
          try writeNewFile(addition.text, to: directory.appendingPathComponent(addition.name))
        }
      }
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
