/// A way of writing rows in a file.
protocol RecordFormat: Sendable {
  /// Extensions, without the dot, that promise this format.
  static var fileExtensions: [String] { get }
  /// Whether a file of the kind, of unknown extension, looks like this format.
  static func matches(_ source: DataSource, kind: DataKind) -> Bool
  /// Calls `body` with every row in order, readable or not.
  static func forEachRow(of source: DataSource, _ body: (RawRow) -> Void)
}

/// The formats that data files may have; a new one is a file and a line here.
enum RecordFormats {
  static let all: [any RecordFormat.Type] = [
    JSONArrayFormat.self, JSONLinesFormat.self, CSVFormat.self, PlainTextFormat.self,
  ]

  /// The format that both extension and bytes speak for; the bytes decide between formats that share an extension.
  static func format(of source: DataSource, kind: DataKind) -> any RecordFormat.Type {
    let promised = all.filter { $0.fileExtensions.contains(source.fileExtension) }
    let candidates = promised.isEmpty ? all : promised
    return candidates.first { $0.matches(source, kind: kind) } ?? candidates.first ?? JSONLinesFormat.self
  }
}
