import JSONText

/// A row of a data file as it is compared with the rows of another version of the file.
struct ComparedRow: Hashable {
  /// 1-based, where the row starts.
  var line: Int
  /// What the row says, whatever the order of its keys.
  var content: String
  /// What the row is about: its prompt, else its first field; nil for a line of plain text.
  var topic: String?

  /// The rows of a file in order; a text is taken line by line, without its blank lines.
  static func rows(of source: DataSource, kind: DataKind) -> [ComparedRow] {
    let format = RecordFormats.format(of: source, kind: kind)
    if format == PlainTextFormat.self { return lines(of: source) }
    var rows: [ComparedRow] = []
    format.forEachRow(of: source) { rows.append(ComparedRow($0)) }
    return rows
  }

  private static func lines(of source: DataSource) -> [ComparedRow] {
    source.bytes[source.start...].split(separator: 0x0A, omittingEmptySubsequences: false).enumerated()
      .compactMap { index, bytes in
        bytes.allSatisfy(\.isJSONWhitespace)
          ? nil : ComparedRow(line: index + 1, content: String(decoding: bytes, as: UTF8.self), topic: nil)
      }
  }

  private init(line: Int, content: String, topic: String?) {
    self.line = line
    self.content = content
    self.topic = topic
  }

  private init(_ row: RawRow) {
    line = row.line
    switch row.value {
    case .success(let value):
      content = value.withSortedKeys.compact
      topic = value.topic?.compact
    case .failure(let problem):
      // A row that cannot be read is still the same or another row.
      content = "\(problem.message) in line \(row.line)"
    }
  }
}

extension JSON {
  fileprivate var withSortedKeys: JSON {
    switch self {
    case .object(let members):
      .object(
        members.map { Member($0.key, $0.value.withSortedKeys) }.sorted {
          $0.key.utf8.lexicographicallyPrecedes($1.key.utf8)
        })
    case .array(let items): .array(items.map(\.withSortedKeys))
    case .null, .bool, .integer, .number, .string: self
    }
  }

  fileprivate var topic: JSON? {
    if let asked = self["prompt"] ?? self["instruction"] ?? self["question"] ?? self["text"] { return asked }
    // The last message is the answer; the others are what was asked.
    if let messages = self["messages"]?.arrayValue { return .array(messages.dropLast()) }
    return members?.first?.value
  }
}
