import JSONText

/// A file that is one document.
enum PlainTextFormat: RecordFormat {
  static let fileExtensions = ["txt", "text", "md"]

  static func matches(_ source: DataSource, kind: DataKind) -> Bool {
    kind == .text || fileExtensions.contains(source.fileExtension)
  }

  static func forEachRow(of source: DataSource, _ body: (RawRow) -> Void) {
    let text = source.bytes[source.start...]
    if let offset = source.isUTF8 ? nil : text.firstInvalidUTF8 {
      body(
        JSONRow.parse(
          text[..<min(text.endIndex, text.startIndex + offset + 1)], line: 1, column: 1, isUTF8: false))
    } else if !text.isEmpty {
      let document = JSON.object([JSON.Member("text", .string(String(decoding: text, as: UTF8.self)))])
      body(RawRow(value: .success(document), line: 1))
    }
  }
}
