import DataLoading
import Diagnostics
import Foundation
import JSONText
import Tokenization

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

  /// Reads bytes as a data file of that name.
  static func load(
    _ bytes: [UInt8], as name: String, kind: DataKind, onBadRow: OnBadRow = .error
  ) throws -> RecordFile {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("data-\(UUID().uuidString)")
    try Data(bytes).write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    return try RecordFile.load(url, displayName: name, kind: kind, onBadRow: onBadRow)
  }

  /// Reads the beginning of bytes as a data file of that name.
  static func sample(_ bytes: [UInt8], as name: String, kind: DataKind, bytes limit: Int) throws -> (
    rows: [LocatedRecord], count: Int
  ) {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("data-\(UUID().uuidString)")
    try Data(bytes).write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    return try RecordFile.sample(url, displayName: name, kind: kind, bytes: limit)
  }

  static func load(
    _ text: String, as name: String = "rows.jsonl", kind: DataKind, onBadRow: OnBadRow = .error
  ) throws -> RecordFile {
    try load(Array(text.utf8), as: name, kind: kind, onBadRow: onBadRow)
  }

  /// The problems of a file that is refused; empty if it is not.
  static func problems(_ text: String, as name: String = "rows.jsonl", kind: DataKind) -> [Diagnostic] {
    do {
      _ = try load(text, as: name, kind: kind)
      return []
    } catch {
      return (error as? DiagnosticList)?.diagnostics ?? []
    }
  }

  /// One token per byte; EOS `<|endoftext|>` is id 0, and `bos` makes the post-processor put `<|im_start|>` (2) first.
  static func byteTokenizer(bos: Bool = false, chatTemplate: ChatTemplate? = .chatML) throws -> Tokenizer {
    try Tokenizer.train(
      texts: ["a"],
      options: BPETrainingOptions(
        vocabularySize: 260, bosToken: bos ? "<|im_start|>" : nil, chatTemplate: chatTemplate))
  }
}
