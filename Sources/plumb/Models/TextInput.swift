import Diagnostics
import Foundation

/// Text that a command reads: a file of the user's, or standard input for '-'.
struct TextInput {
  private let name: String

  /// - Parameter file: standard input if nil.
  init(_ file: String?) { name = file ?? "-" }

  /// - Throws: `Diagnostic` if it cannot be read or is not UTF-8.
  func read() throws -> String {
    let data: Data
    do {
      data =
        name == "-"
        ? FileHandle.standardInput.readDataToEndOfFile() : try Data(contentsOf: URL(fileURLWithPath: name))
    } catch {
      throw Diagnostic(.unreadableFile, "the file cannot be read", at: SourceLocation(file: name))
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw Diagnostic(.unreadableFile, "the file is not UTF-8", at: SourceLocation(file: name))
    }
    return text
  }
}
