import Diagnostics

/// What became of the rows of a data file between two versions of it.
///
/// Rows with the same content are the same wherever they stand: they are counted as multisets. Of the others, a row
/// whose prompt (else its first field) an old row had is a changed one, and so is a row that stands in the
/// line of a row that is gone. What is left was added or removed.
public struct RowChanges: Sendable, Hashable {
  /// A row that says something else now.
  public struct Change: Sendable, Hashable {
    public var oldLine: Int
    public var newLine: Int
    /// The rows as JSON with sorted keys, or as lines of text.
    public var old: String
    public var new: String
  }

  public struct Row: Sendable, Hashable {
    public var line: Int
    public var content: String
  }

  /// In the order of the new version.
  public private(set) var changed: [Change] = []
  public private(set) var added: [Row] = []
  /// In the order of the old version.
  public private(set) var removed: [Row] = []
  /// Rows that both versions have.
  public private(set) var same = 0

  /// Whether only the way of writing differs: order of rows or keys, white space, compression.
  public var isEmpty: Bool { changed.isEmpty && added.isEmpty && removed.isEmpty }

  /// Compares two versions of a file of JSON Lines, a JSON array, CSV or plain text, compressed by gzip or not.
  ///
  /// - Parameter file: what the user calls it; its extension decides the format where the bytes leave a choice.
  /// - Throws: `Diagnostic` if a version cannot be decompressed.
  public static func between(_ old: [UInt8], _ new: [UInt8], file: String, kind: DataKind) throws(Diagnostic)
    -> RowChanges
  {
    let before = ComparedRow.rows(of: try DataSource(bytes: old, displayName: file), kind: kind)
    let after = ComparedRow.rows(of: try DataSource(bytes: new, displayName: file), kind: kind)
    return RowChanges(before, after)
  }

  private init(_ before: [ComparedRow], _ after: [ComparedRow]) {
    var open = OpenRows(old: before, new: after)
    same = open.pair(by: { $0.content }).count
    let pairs = open.pair(by: { $0.topic }) + open.pair(by: { $0.line })
    changed = pairs.sorted { $0.new.line < $1.new.line }.map { old, new in
      Change(oldLine: old.line, newLine: new.line, old: old.content, new: new.content)
    }
    added = open.new.map { Row(line: $0.line, content: $0.content) }
    removed = open.old.map { Row(line: $0.line, content: $0.content) }
  }
}

/// Rows that have no counterpart yet.
private struct OpenRows {
  var old: [ComparedRow]
  var new: [ComparedRow]

  /// Takes out every new row with an old row that has the same value, each old row once and in order.
  mutating func pair<Value: Hashable>(by value: (ComparedRow) -> Value?) -> [(
    old: ComparedRow, new: ComparedRow
  )] {
    var waiting: [Value: [Int]] = [:]
    for index in old.indices.reversed() {
      if let value = value(old[index]) { waiting[value, default: []].append(index) }
    }
    var pairs: [(old: ComparedRow, new: ComparedRow)] = []
    var taken = Set<Int>()
    new = new.filter { row in
      guard let value = value(row), let index = waiting[value]?.popLast() else { return true }
      taken.insert(index)
      pairs.append((old[index], row))
      return false
    }
    old = old.indices.filter { !taken.contains($0) }.map { old[$0] }
    return pairs
  }
}
