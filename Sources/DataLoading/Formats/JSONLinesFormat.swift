import Diagnostics
import JSONText

/// One JSON value per line; blank lines are passed over.
enum JSONLinesFormat: RecordFormat {
  static let fileExtensions = ["jsonl", "ndjson", "json"]

  static func matches(_ source: DataSource, kind: DataKind) -> Bool {
    source.firstByte != UInt8(ascii: "[")
      && (fileExtensions.contains(source.fileExtension) || source.firstByte == UInt8(ascii: "{"))
  }

  static func forEachRow(of source: DataSource, _ body: (RawRow) -> Void) {
    var line = 1
    var start = source.start
    while start < source.bytes.count {
      let end = source.bytes[start...].firstIndex(of: 0x0A) ?? source.bytes.count
      let bytes = source.bytes[start..<end]
      if bytes.contains(where: { !$0.isJSONWhitespace }) {
        body(JSONRow.parse(bytes, line: line, column: 1, isUTF8: source.isUTF8))
      }
      start = end + 1
      line += 1
    }
  }
}

/// Reading of rows that are written in JSON.
enum JSONRow {
  static func parse(_ bytes: ArraySlice<UInt8>, line: Int, column: Int, isUTF8: Bool) -> RawRow {
    if !isUTF8, let offset = bytes.firstInvalidUTF8 {
      let before = bytes[bytes.startIndex..<bytes.startIndex + offset]
      let problem = RowProblem(
        .notUTF8, "byte \(bytes.startIndex + offset) of the file is not part of valid UTF-8")
      // Only what precedes the byte is text that can be shown and counted.
      let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 }
      let characters = String(decoding: before[(lineStart ?? before.startIndex)...], as: UTF8.self).count
      return RawRow(
        value: .failure(problem), line: line + before.count { $0 == 0x0A },
        column: characters + (lineStart == nil ? column : 1))
    }
    do throws(Diagnostic) {
      return RawRow(
        value: .success(try JSON.parse(Array(bytes), file: "", firstLine: line)), line: line, column: column,
        json: bytes)
    } catch {
      let found = error.location?.line ?? line
      let shift = found == line ? column - 1 : 0
      return RawRow(
        value: .failure(RowProblem(.invalidJSON, error.message, hint: error.hint)), line: found,
        column: (error.location?.column ?? 1) + shift)
    }
  }
}
