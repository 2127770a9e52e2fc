import Diagnostics
import GRDB
import JSONText

/// The columns of a table that travel between stores as they are: those of this schema, but for keys and references,
/// which mean something in one database only.
struct TableColumns {
  private struct Column {
    var name: String
    /// As declared: INTEGER, REAL or TEXT.
    var type: String
    /// Whether it has to have a value that the schema does not give.
    var isRequired: Bool
    var rule: ColumnRule
  }

  private let table: String
  private let columns: [Column]

  /// - Parameter local: columns that stay.
  init(_ table: String, in db: Database, without local: Set<String>) throws {
    self.table = table
    columns = try Row.fetchAll(db, sql: "PRAGMA table_info(\(table))").compactMap { row in
      let name: String = row["name"]
      if local.contains(name) { return nil }
      return Column(
        name: name, type: row["type"],
        isRequired: row["notnull"] && (row["dflt_value"] as String?) == nil,
        rule: .of(name, in: table, type: row["type"]))
    }
  }

  func members(of row: Row) -> [JSON.Member] {
    columns.map { column in
      let value: JSON =
        switch (row[column.name] as DatabaseValue).storage {
        case .null, .blob: .null
        case .int64(let value): .integer(Int(value))
        case .double(let value): value.isFinite ? .number(value) : .string("\(value)")
        case .string(let value): .string(value)
        }
      return JSON.Member(column.name, value)
    }
  }

  /// Inserts a row that came from another store.
  ///
  /// A column that is not known here is left out; one that is missing there has its default.
  /// - Parameter local: the values of the columns that do not travel.
  /// - Throws: `Diagnostic` if a value is not of its column's type or against its rule; what the schema forbids is
  ///   SQLite's to refuse.
  func insert(
    _ json: JSON, _ local: KeyValuePairs<String, (any DatabaseValueConvertible)?>, into db: Database
  ) throws {
    var names = local.map(\.key)
    var values = local.map { $0.value?.databaseValue ?? .null }
    for column in columns {
      guard let member = json[column.name] else {
        if column.isRequired { throw Diagnostic.refused("'\(table)' without '\(column.name)'") }
        continue
      }
      names.append(column.name)
      values.append(try value(of: member, column))
    }
    let marks = names.map { _ in "?" }.joined(separator: ", ")
    try db.run(
      "INSERT INTO \(table) (\(names.joined(separator: ", "))) VALUES (\(marks))",
      StatementArguments(values))
  }

  private func value(of json: JSON, _ column: Column) throws -> DatabaseValue {
    switch (json, column.type) {
    case (.null, _) where !column.isRequired: return .null
    case (.integer(let value), "INTEGER") where column.rule.allows(Int64(value)):
      return Int64(value).databaseValue
    case (.string(let text), "TEXT") where column.rule.allows(text): return text.databaseValue
    case (_, "REAL"):
      if let value = json.doubleValue ?? json.stringValue.flatMap(Double.init), column.rule.allows(value) {
        return value.databaseValue
      }
    default: break
    }
    throw Diagnostic.refused(
      "\(json.compact.prefix(80)) as '\(column.name)' of '\(table)', where \(column.rule.expected) belongs")
  }
}

extension Diagnostic {
  static func refused(_ what: String) -> Diagnostic {
    Diagnostic(
      .refusedRecord, "the store that sends has \(what); nothing of it was taken in",
      hint: "'plumb store verify' there; another version of plumb may have written it")
  }
}
