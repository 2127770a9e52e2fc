import JSONText

/// Comma-separated values with a header (RFC 4180): quoted fields may hold commas, quotes and line feeds.
enum CSVFormat: RecordFormat {
  static let fileExtensions = ["csv"]

  static func matches(_ source: DataSource, kind: DataKind) -> Bool {
    kind == .labels || fileExtensions.contains(source.fileExtension)
  }

  static func forEachRow(of source: DataSource, _ body: (RawRow) -> Void) {
    var reader = CSVReader(bytes: source.bytes[source.start...], isUTF8: source.isUTF8)
    guard let first = reader.next() else { return }
    let header: [String]
    switch first.fields {
    case .success(let names): header = names
    case .failure(let problem): return body(RawRow(value: .failure(problem), line: first.line))
    }
    while let row = reader.next() {
      let value: Result<JSON, RowProblem> = row.fields.flatMap { fields in
        guard fields.count == header.count else {
          let message = "the row has \(fields.count) fields, but the header names \(header.count)"
          return .failure(RowProblem(.invalidCSV, message))
        }
        return .success(.object(zip(header, fields).map { JSON.Member($0, .string($1)) }))
      }
      body(RawRow(value: value, line: row.line))
    }
  }
}

/// Cuts CSV into rows of fields.
struct CSVReader {
  struct Row {
    var fields: Result<[String], RowProblem>
    var line: Int
  }

  private let bytes: ArraySlice<UInt8>
  private let isUTF8: Bool
  private var index: Int
  private var line = 1

  init(bytes: ArraySlice<UInt8>, isUTF8: Bool) {
    self.bytes = bytes
    self.isUTF8 = isUTF8
    index = bytes.startIndex
  }

  /// The next row that is not empty.
  mutating func next() -> Row? {
    while index < bytes.endIndex, bytes[index] == 0x0A || bytes[index] == 0x0D {
      if bytes[index] == 0x0A { line += 1 }
      index += 1
    }
    guard index < bytes.endIndex else { return nil }
    let start = line
    var fields: [String] = []
    var problem: RowProblem?
    while true {
      let field = nextField(&problem)
      if !isUTF8, field.firstInvalidUTF8 != nil, problem == nil {
        problem = RowProblem(.notUTF8, "field \(fields.count + 1) of the row is not valid UTF-8")
      }
      fields.append(String(decoding: field, as: UTF8.self))
      guard index < bytes.endIndex, bytes[index] == UInt8(ascii: ",") else { break }
      index += 1
    }
    if index < bytes.endIndex, bytes[index] == 0x0D { index += 1 }
    if index < bytes.endIndex, bytes[index] == 0x0A {
      index += 1
      line += 1
    }
    return Row(fields: problem.map { .failure($0) } ?? .success(fields), line: start)
  }

  /// Reads up to the comma or line end after a field.
  private mutating func nextField(_ problem: inout RowProblem?) -> [UInt8] {
    guard index < bytes.endIndex, bytes[index] == UInt8(ascii: "\"") else { return plainField() }
    var field: [UInt8] = []
    index += 1
    while index < bytes.endIndex {
      let byte = bytes[index]
      index += 1
      if byte == UInt8(ascii: "\"") {
        guard index < bytes.endIndex, bytes[index] == UInt8(ascii: "\"") else {
          let rest = plainField()
          if !rest.isEmpty {
            problem = RowProblem(.invalidCSV, "there is text behind the closing quote of a field")
          }
          return field
        }
        index += 1
      }
      if byte == 0x0A { line += 1 }
      field.append(byte)
    }
    problem = RowProblem(.invalidCSV, "a quoted field is not closed before the file ends")
    return field
  }

  private mutating func plainField() -> [UInt8] {
    let start = index
    while index < bytes.endIndex, bytes[index] != UInt8(ascii: ","), bytes[index] != 0x0A {
      // A carriage return ends the row only in front of a line feed.
      if bytes[index] == 0x0D, index + 1 == bytes.endIndex || bytes[index + 1] == 0x0A { break }
      index += 1
    }
    return Array(bytes[start..<index])
  }
}
