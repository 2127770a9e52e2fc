import Foundation
import Testing

extension Project {
  /// Flips one byte of a file of an artifact, keeping its mode.
  func flip(_ artifact: String, file: String? = nil) throws {
    let arguments = ["store", "path", artifact] + (file.map { ["--file", $0] } ?? [])
    let result = try Plumb.run(arguments, in: directory)
    try #require(result.status == 0, "\(result.errors)")
    try flip(URL(fileURLWithPath: String(result.output.prefix { $0 != "\n" && $0 != "\t" })))
  }

  /// Flips one byte of a file, keeping its mode.
  func flip(_ url: URL) throws {
    let manager = FileManager.default
    let mode = try manager.attributesOfItem(atPath: url.path)[.posixPermissions]
    try manager.setAttributes([.posixPermissions: 0o644], ofItemAtPath: url.path)
    var data = try Data(contentsOf: url)
    data[data.count - 2] ^= 1
    let handle = try FileHandle(forWritingTo: url)
    try handle.write(contentsOf: data)
    try handle.close()
    if let mode { try manager.setAttributes([.posixPermissions: mode], ofItemAtPath: url.path) }
  }

  /// The file of an object in the store.
  func object(_ digest: String) -> URL {
    store.appendingPathComponent("objects/\(digest.prefix(2))/\(digest)")
  }
}
