import Foundation
import JSONText
import TestSupport

/// Valid files of the project that inputs are made from.
enum Corpus {
  static let project = Golden.fixtures.deletingLastPathComponent().deletingLastPathComponent()

  static func bytes(_ url: URL) throws -> [UInt8] { [UInt8](try Data(contentsOf: url)) }

  /// The JSON files of one name in the folders below a folder.
  static func documents(_ name: String, below folder: URL) throws -> [JSON] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().compactMap { entry in
      let file = folder.appendingPathComponent(entry).appendingPathComponent(name)
      return FileManager.default.fileExists(atPath: file.path) ? try Golden.json(at: file) : nil
    }
  }

  /// Makes every file of a folder appear in another one.
  static func link(_ folder: URL, into other: URL) throws {
    try FileManager.default.createDirectory(at: other, withIntermediateDirectories: true)
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      try FileManager.default.createSymbolicLink(
        at: other.appendingPathComponent(name), withDestinationURL: folder.appendingPathComponent(name))
    }
  }

  /// A copy of a folder's files but for one, which inputs take the place of.
  static func link(_ folder: URL, into other: URL, without name: String) throws {
    try link(folder, into: other)
    try? FileManager.default.removeItem(at: other.appendingPathComponent(name))
  }
}
