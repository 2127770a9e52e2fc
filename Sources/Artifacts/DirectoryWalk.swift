import Diagnostics
import Foundation

/// Turns a file or directory on disk into an `ObjectReference`, bottom up; what happens to bytes is the caller's.
struct DirectoryWalk {
  /// Directories nested deeper are refused; a cycle of followed links ends here.
  static let maximumDepth = 64

  var links: SymbolicLinks
  /// Hashes a regular file, and stores it if that is the purpose.
  var blob: (_ path: String) throws -> ObjectReference
  /// Takes the listing of a directory whose entries have been handled.
  var tree: (_ listing: TreeListing) throws -> ObjectReference

  /// - Parameter path: a file or directory; a symbolic link here is followed, as the user named it.
  /// - Throws: `Diagnostic` for links, devices and names the store cannot keep, and for failures of the disk.
  func visit(_ path: String) throws -> ObjectReference { try visit(path, depth: 0) }

  private func visit(_ path: String, depth: Int) throws -> ObjectReference {
    guard let status = try status(of: path, followingLinks: depth == 0 || links == .follow) else {
      throw Diagnostic.system("read", path, ENOENT)
    }
    switch EntryKind(status) {
    case .file: return try blob(path)
    case .directory: return try visitDirectory(path, depth: depth)
    case .symbolicLink:
      throw Diagnostic(
        .unsupportedEntry, "'\(path)' is a symbolic link; an artifact holds files and directories only")
    case .other:
      throw Diagnostic(.unsupportedEntry, "'\(path)' is neither a regular file nor a directory")
    }
  }

  private func visitDirectory(_ path: String, depth: Int) throws -> ObjectReference {
    guard depth < DirectoryWalk.maximumDepth else {
      throw Diagnostic(
        .unsupportedEntry, "'\(path)' is nested more than \(DirectoryWalk.maximumDepth) directories deep",
        hint: "look for a symbolic link that leads back into its own directory")
    }
    let names = try entryNames(of: path)
    let entries = try names.map { name in
      if let problem = TreeListing.problem(inName: name) {
        throw Diagnostic(.unsupportedEntry, "the name '\(name)' in '\(path)' \(problem)")
      }
      return TreeEntry(name: name, object: try visit(path + "/" + name, depth: depth + 1))
    }
    guard try entryNames(of: path) == names else { throw Diagnostic.changed(path) }
    return try tree(TreeListing(entries))
  }
}

/// The names in a directory without `.` and `..`, sorted by their bytes.
///
/// - Throws: `Diagnostic` if it cannot be read or a name is not UTF-8.
func entryNames(of path: String) throws(Diagnostic) -> [String] {
  guard let directory = opendir(path) else { throw .system("read", path, errno) }
  defer { closedir(directory) }
  var names: [String] = []
  while true {
    errno = 0
    guard let entry = readdir(directory) else {
      if errno != 0 { throw .system("read", path, errno) }
      break
    }
    let bytes = withUnsafeBytes(of: entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
    guard let name = String(validating: bytes, as: UTF8.self) else {
      throw Diagnostic(
        .unsupportedEntry, "'\(path)' holds the name '\(String(decoding: bytes, as: UTF8.self))', not UTF-8")
    }
    if name != "." && name != ".." { names.append(name) }
  }
  return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
}

extension Diagnostic {
  static func changed(_ path: String) -> Diagnostic {
    Diagnostic(
      .inputChanged, "input changed: '\(path)' was written to while it was read",
      hint: "wait until nothing writes to it and run the same command again")
  }
}
