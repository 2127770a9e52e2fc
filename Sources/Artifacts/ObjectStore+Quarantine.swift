import Diagnostics
import Foundation

extension ObjectStore {
  /// Keeps the bytes of a damaged object in the trash, until that is emptied, under a name that nothing restores.
  ///
  /// The object itself stays in its place until `put` brings the right bytes, so nothing is lost in between; what
  /// is no file, such as a directory in its place, is moved away. What is intact is left alone.
  public func quarantine(_ digest: Digest) throws {
    let source = layout.objectPath(digest)
    guard let damaged = try status(of: source, followingLinks: false), !isIntact(digest) else { return }
    for bin in try bins() {
      if try damagedNames(digest, in: bin.path).kept.contains(damaged.st_ino) { return }
    }
    let bin = try makeBin()
    let target = try damagedNames(digest, in: bin).free
    if EntryKind(damaged) != .file {
      guard rename(source, target) == 0 else { throw Diagnostic.system("move", source, errno) }
    } else if link(source, target) != 0 {
      try copyDamaged(source, to: target)
    }
    try syncDirectory(bin)
  }

  /// What a bin has kept of an object that was damaged, perhaps several times, and a path for the next.
  private func damagedNames(_ digest: Digest, in bin: String) throws -> (kept: [ino_t], free: String) {
    var kept: [ino_t] = []
    while true {
      let path = "\(bin)/\(digest.text).damaged" + (kept.isEmpty ? "" : "-\(kept.count)")
      guard let status = try status(of: path, followingLinks: false) else { return (kept, path) }
      kept.append(status.st_ino)
    }
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
    guard unlink(path) == 0 else {
      if errno == ENOENT { return }
      throw Diagnostic.system("remove", path, errno)
    }
    try syncDirectory(parentPath(of: path))
  }

  /// Whether `restore` would make an object complete; nothing is changed.
  public func isRestorable(_ reference: ObjectReference) throws -> Bool {
    let bins = try self.bins().map(\.path)
    return everyPart(of: reference) { part in
      guard has(part.digest) else { return entries(of: part, in: bins) }
      return isIntact(part.digest) ? entries(of: part) : nil
    }
  }

  /// What an object lists that lies whole in the trash; nil if it does not.
  private func entries(of part: ObjectReference, in bins: [String]) -> [TreeEntry]? {
    let paths = bins.map { "\($0)/\(part.digest.text)" }
    guard let path = paths.first(where: { access($0, F_OK) == 0 }), let file = try? OpenFile(path, O_RDONLY)
    else { return nil }
    let isTree = part.kind == .tree
    var bytes: [UInt8] = []
    let actual = try? file.hash(each: { chunk in if isTree { bytes.append(contentsOf: chunk) } })
    guard actual?.digest == part.digest else { return nil }
    return isTree ? TreeListing(bytes: bytes)?.entries : []
  }
}
