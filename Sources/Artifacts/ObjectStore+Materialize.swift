import Diagnostics
import Foundation

extension ObjectStore {
  /// Puts an object at a path for a stage to read: files as hard links to the object, read-only.
  ///
  /// Every byte is checked against its name first, so damage is never used silently.
  ///
  /// - Parameter url: must not exist; its parent is created.
  /// - Throws: `Diagnostic` if something is missing or damaged, or the path is taken.
  public func materialize(_ reference: ObjectReference, at url: URL) throws {
    try makeStoreDirectory(parentPath(of: url.path))
    try place(reference, at: url.path)
  }

  private func place(_ reference: ObjectReference, at path: String) throws {
    guard reference.kind == .tree else { return try placeFile(reference.digest, at: path) }
    guard mkdir(path, 0o700) == 0 else { throw Diagnostic.system("create", path, errno) }
    for entry in try listing(reference.digest).entries {
      try place(entry.object, at: path + "/" + entry.name)
    }
  }

  private func placeFile(_ digest: Digest, at path: String) throws {
    let object = try openObject(digest)
    guard try object.hash().digest == digest else { throw Diagnostic.damaged(digest) }
    if link(layout.objectPath(digest), path) == 0 { return }
    guard [EXDEV, EPERM, EMLINK, EACCES].contains(errno) else {
      throw Diagnostic.system("create", path, errno)
    }
    try copyObject(digest, to: path, mode: 0o400)
  }

  /// Copies an object to a new file, checking the bytes on the way.
  func copyObject(_ digest: Digest, to path: String, mode: mode_t) throws {
    let object = try openObject(digest)
    let file = try OpenFile(path, O_WRONLY | O_CREAT | O_EXCL, mode: mode, action: "create")
    let (actual, _) = try object.hash { bytes throws(Diagnostic) in try file.write(bytes) }
    guard actual == digest else { throw Diagnostic.damaged(digest) }
    try file.sync()
  }
}
