import Artifacts
import Foundation

/// A directory for one test, removed with everything in it at the end.
final class TemporaryDirectory: Sendable {
  let url: URL

  init() throws {
    let name = "plumb-artifacts-\(UUID().uuidString)"
    url = FileManager.default.temporaryDirectory.appendingPathComponent(name, isDirectory: true)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> URL { url.appendingPathComponent(name) }

  @discardableResult
  func write(_ text: String, to name: String) throws -> URL {
    let file = path(name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
    return file
  }

  /// A store below this directory.
  func store() throws -> ObjectStore {
    let layout = StoreLayout(root: path("store"))
    try layout.create()
    return ObjectStore(layout)
  }
}

/// Every path below a directory with its content, to compare trees.
func contents(of url: URL) throws -> [String: String] {
  var result: [String: String] = [:]
  for name in try FileManager.default.subpathsOfDirectory(atPath: url.path) {
    let file = url.appendingPathComponent(name)
    var isDirectory: ObjCBool = false
    _ = FileManager.default.fileExists(atPath: file.path, isDirectory: &isDirectory)
    result[name] =
      isDirectory.boolValue ? "directory" : String(decoding: try Data(contentsOf: file), as: UTF8.self)
  }
  return result
}

func inode(_ url: URL) throws -> UInt64 {
  let value = try FileManager.default.attributesOfItem(atPath: url.path)[.systemFileNumber]
  return (value as? NSNumber)?.uint64Value ?? 0
}
