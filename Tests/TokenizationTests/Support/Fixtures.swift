import Foundation
import JSONText

/// Where test data is found.
enum Fixtures {
  /// The golden vectors: `PLUMBLINE_GOLDEN` if it is set, else the copy in the repository.
  static let golden: URL = {
    if let path = ProcessInfo.processInfo.environment["PLUMBLINE_GOLDEN"] {
      return URL(fileURLWithPath: path)
    }
    return URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Fixtures/golden")
  }()

  /// Material kept outside the repository, named by `PLUMBLINE_SHARED`.
  static let shared = ProcessInfo.processInfo.environment["PLUMBLINE_SHARED"].map { URL(fileURLWithPath: $0) }

  static func json(_ url: URL) throws -> JSON {
    try JSON.parse([UInt8](Data(contentsOf: url)), file: url.path)
  }
}

/// A directory that is removed after `body`.
func withTemporaryDirectory<Result>(_ body: (URL) throws -> Result) throws -> Result {
  let url = FileManager.default.temporaryDirectory.appendingPathComponent("tokenization-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: url) }
  return try body(url)
}

extension JSON {
  var ids: [Int32] { arrayValue?.compactMap { $0.intValue.flatMap(Int32.init(exactly:)) } ?? [] }
}
