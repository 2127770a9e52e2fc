import Diagnostics
import JSONText

/// One row as a format found it: its value, or why it has none, and where it is.
struct RawRow {
  var value: Result<JSON, RowProblem>
  /// 1-based, where the row starts.
  var line: Int
  var column = 1
  /// The row's bytes, if it is written in JSON, to find its keys.
  var json: ArraySlice<UInt8> = []

  /// Where a problem with the row is: the key it is about, or else the row's start.
  func diagnostic(for problem: RowProblem, file: String) -> Diagnostic {
    let start = problem.key.flatMap { JSONKeyLocator.offset(of: $0, in: json) } ?? json.startIndex
    let before = json[json.startIndex..<start]
    let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 }
    let characters = String(decoding: before[(lineStart ?? json.startIndex)...], as: UTF8.self).count
    let location = SourceLocation(
      file: file, line: line + before.count { $0 == 0x0A },
      column: characters + (lineStart == nil ? column : 1), excerpt: excerpt(from: lineStart))
    return Diagnostic(problem.reason.code, problem.message, at: location, hint: problem.hint)
  }

  /// The row's line if the row starts it, cut after 400 bytes.
  private func excerpt(from lineStart: Int?) -> String? {
    guard lineStart != nil || column == 1, !json.isEmpty else { return nil }
    let line = json[(lineStart ?? json.startIndex)...].prefix(400).prefix { $0 != 0x0A && $0 != 0x0D }
    return String(decoding: line, as: UTF8.self)
  }
}
