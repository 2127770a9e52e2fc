import Diagnostics
import Foundation
import JSONText

/// The files of a tokenizer directory.
enum TokenizerFile {
  static let definition = "tokenizer.json"
  static let configuration = "tokenizer_config.json"
  static let specialTokens = "special_tokens_map.json"
  static let chatTemplate = "chat_template.jinja"
  static let generation = "generation_config.json"
  static let model = "config.json"

  static func read(_ url: URL) throws(Diagnostic) -> [UInt8] {
    do {
      return [UInt8](try Data(contentsOf: url))
    } catch {
      throw Diagnostic(
        .unreadableFile, "cannot read \(url.lastPathComponent): \(reason(of: error))",
        at: SourceLocation(file: url.path))
    }
  }

  static func readJSON(_ url: URL) throws(Diagnostic) -> JSON {
    try JSON.parse(try read(url), file: url.path)
  }

  /// The parsed file, or nil if the directory has none of that name.
  static func readJSON(_ name: String, in directory: URL) throws(Diagnostic) -> JSONCursor? {
    let url = directory.appendingPathComponent(name)
    guard FileManager.default.fileExists(atPath: url.path) else { return nil }
    return JSONCursor(try readJSON(url), file: url.path)
  }

  static func write(_ text: String, to url: URL) throws(Diagnostic) {
    do {
      try Data(text.utf8).write(to: url)
    } catch {
      throw Diagnostic(
        .unwritableTokenizer, "cannot write \(url.lastPathComponent): \(reason(of: error))",
        at: SourceLocation(file: url.path))
    }
  }

  private static func reason(of error: any Error) -> String {
    let code = (error as? CocoaError)?.code
    switch code {
    case .fileReadNoSuchFile, .fileNoSuchFile: return "there is no such file"
    case .fileReadNoPermission, .fileWriteNoPermission: return "permission denied"
    case .fileWriteOutOfSpace: return "no space left on the device"
    default: return error.localizedDescription
    }
  }
}
