import Diagnostics
import Foundation

/// Makes a directory beside its place and moves it there: it appears whole or not at all, and nothing is replaced.
///
/// - Parameters:
///   - url: must not exist, or be an empty directory; its parents are made.
///   - fill: puts everything into the directory that it is given.
/// - Throws: `Diagnostic` if the place is taken or the disk fails, and what `fill` throws.
public func publishDirectory(at url: URL, _ fill: (URL) throws -> Void) throws {
  let target = url.standardizedFileURL.path
  let parent = parentPath(of: target)
  if let status = try status(of: target, followingLinks: false) {
    guard try EntryKind(status) == .directory && entryNames(of: target).isEmpty else {
      throw Diagnostic.taken(target)
    }
  }
  try makeDirectory(parent)
  let temporary = hiddenSibling(of: target)
  defer { removeTree(temporary) }
  guard mkdir(temporary, 0o777) == 0 else { throw Diagnostic.system("create", temporary, errno) }
  try fill(URL(fileURLWithPath: temporary, isDirectory: true))
  try syncDirectory(temporary)
  guard rename(temporary, target) == 0 else { throw Diagnostic.unpublished(target, errno) }
  try syncDirectory(parent)
}

/// Writes a file that does not exist yet, and returns once its bytes are on the disk; its parents are made.
///
/// - Throws: `Diagnostic` if it exists or the disk fails.
public func writeNewFile(_ text: String, to url: URL) throws {
  try makeDirectory(parentPath(of: url.path))
  let file = try OpenFile(url.path, O_WRONLY | O_CREAT | O_EXCL, mode: 0o666, action: "create")
  try file.write(Array(text.utf8))
  try file.sync()
}

/// A hidden name that no other process takes, in the directory of a path.
func hiddenSibling(of path: String) -> String {
  let suffix = String(UInt64.random(in: .min ... .max), radix: 36)
  let name = path.split(separator: "/").last ?? ""
  return "\(parentPath(of: path))/.\(name).\(suffix).tmp"
}

extension Diagnostic {
  static func taken(_ path: String) -> Diagnostic {
    Diagnostic(
      .destinationExists, "'\(path)' exists already; nothing was written",
      hint: "name a path that does not exist, or remove it first")
  }

  /// What kept a finished file or directory from being moved to its place.
  static func unpublished(_ path: String, _ code: Int32) -> Diagnostic {
    [EEXIST, ENOTEMPTY, ENOTDIR].contains(code) ? taken(path) : .system("create", path, code)
  }
}
