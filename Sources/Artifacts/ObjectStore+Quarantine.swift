import Diagnostics
import Foundation

extension ObjectStore {
  /// Keeps the bytes of a damaged object in the trash, until that is emptied, under a name that nothing restores.
  ///
  /// The object itself stays in its place until `put` brings the right bytes, so nothing is lost in between.
  public func quarantine(_ digest: Digest) throws {
    let source = layout.objectPath(digest)
    guard let damaged = try status(of: source, followingLinks: false) else { return }
    let name = "\(digest.text).damaged"
    for bin in try bins() {
      let kept = try status(of: "\(bin.path)/\(name)", followingLinks: false)
      if kept?.st_ino == damaged.st_ino { return }
    }
    let bin = try makeBin()
    if link(source, "\(bin)/\(name)") != 0 { try copyDamaged(source, to: "\(bin)/\(name)") }
    try syncDirectory(bin)
  }

  /// For file systems without hard links.
  private func copyDamaged(_ source: String, to target: String) throws {
    let object = try OpenFile(source, O_RDONLY, action: "read")
    let file = try OpenFile(target, O_WRONLY | O_CREAT | O_TRUNC, action: "create")
    _ = try object.hash { bytes throws(Diagnostic) in try file.write(bytes) }
    try file.sync()
  }

  /// Takes a damaged object away that nothing needs; its bytes stay in the trash until that is emptied.
  public func setAside(_ digest: Digest) throws {
    try quarantine(digest)
    let path = layout.objectPath(digest)
    guard unlink(path) == 0 || errno == ENOENT else { throw Diagnostic.system("remove", path, errno) }
    try syncDirectory(parentPath(of: path))
  }

  /// Whether `restore` would make an object complete; nothing is changed.
  public func isRestorable(_ reference: ObjectReference) throws -> Bool {
    let bins = try self.bins().map(\.path)
    return isRestorable(reference, from: bins)
  }

  private func isRestorable(_ reference: ObjectReference, from bins: [String]) -> Bool {
    if has(reference.digest), isIntact(reference.digest) {
      guard reference.kind == .tree else { return true }
      guard let listing = try? listing(reference.digest) else { return false }
      return listing.entries.allSatisfy { isRestorable($0.object, from: bins) }
    }
    guard !has(reference.digest) else { return false }
    for bin in bins {
      guard let file = try? OpenFile("\(bin)/\(reference.digest.text)", O_RDONLY) else { continue }
      var bytes: [UInt8] = []
      let isTree = reference.kind == .tree
      guard let actual = try? file.hash(each: { chunk in if isTree { bytes.append(contentsOf: chunk) } }),
        actual.digest == reference.digest
      else { return false }
      guard isTree else { return true }
      return TreeListing(bytes: bytes)?.entries.allSatisfy { isRestorable($0.object, from: bins) } == true
    }
    return false
  }
}
