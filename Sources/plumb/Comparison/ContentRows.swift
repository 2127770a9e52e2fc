import Artifacts
import DataLoading
import Diagnostics
import Foundation
import JSONText

/// How the rows of a data file changed, or why that cannot be said.
enum ContentRows {
  case changes(RowChanges)
  /// A phrase that says what is in the way.
  case unknown(String)

  /// Compares two contents; `current` is the file that holds the newer one if the store does not.
  ///
  /// - Parameters:
  ///   - file: what the user calls it.
  ///   - type: the name of its port type.
  init(_ old: Digest, _ new: Digest, file: String, type: String, current: URL? = nil, _ objects: ObjectStore)
  {
    do {
      guard objects.has(old) else {
        self = .unknown("the old content is not in the store any more")
        return
      }
      let before = try objects.read(old)
      let after: [UInt8]
      if let current, !objects.has(new) {
        after = [UInt8](try Data(contentsOf: current))
      } else {
        after = try objects.read(new)
      }
      self = .changes(
        try RowChanges.between(before, after, file: file, kind: DataKind(rawValue: type) ?? .prompts))
    } catch {
      self = .unknown((error as? Diagnostic)?.message ?? "the content cannot be read")
    }
  }

  var json: JSON {
    switch self {
    case .changes(let changes): changes.json
    case .unknown: .null
    }
  }

  var text: String {
    switch self {
    case .changes(let changes): changes.text
    case .unknown(let reason): "unknown: \(reason)"
    }
  }
}

extension RowChanges {
  /// Counts, and the lines of the rows: of changed and added ones in the new version, of removed ones in the old.
  var json: JSON {
    func lines(_ lines: some Sequence<Int>) -> JSON { .array(lines.map(JSON.integer)) }
    return [
      "added": .integer(added.count), "removed": .integer(removed.count), "changed": .integer(changed.count),
      "same": .integer(same),
      "lines": [
        "added": lines(added.map(\.line)), "removed": lines(removed.map(\.line)),
        "changed": lines(changed.map(\.newLine)),
      ],
    ]
  }

  /// Such as `1 changed (line 3), 2 added (lines 13–14), 0 removed, 11 the same`.
  var text: String {
    if isEmpty { return "all \(same) the same, in another order or writing" }
    let parts = [
      ("changed", changed.map(\.newLine)), ("added", added.map(\.line)), ("removed", removed.map(\.line)),
    ]
    return parts.map { "\($1.count) \($0)\($1.isEmpty ? "" : " (\(Self.ranges($1)))")" }.joined(
      separator: ", ")
      + ", \(same) the same"
  }

  /// The first rows that changed, went or came, with their lines.
  ///
  /// - Parameter limit: at most so many of each sort.
  func excerpt(limit: Int, _ style: Style) -> String {
    var text = ""
    func add(_ sign: String, _ line: Int, _ row: String) {
      text += style.change(sign, "\(sign) \(line): \(row.oneLine.truncated(to: 160))") + "\n"
    }
    for change in changed.prefix(limit) {
      add("-", change.oldLine, change.old)
      add("+", change.newLine, change.new)
    }
    for row in removed.prefix(limit) { add("-", row.line, row.content) }
    for row in added.prefix(limit) { add("+", row.line, row.content) }
    let rest = [changed.count, removed.count, added.count].reduce(0) { $0 + max(0, $1 - min($1, limit)) }
    if rest > 0 { text += style.dim("… and \(Figures.count(rest, "more row")); --all shows them\n") }
    return text.isEmpty ? "" : "\n" + text
  }

  /// Numbers of lines with neighbours drawn together; the first four groups.
  private static func ranges(_ lines: [Int]) -> String {
    var groups: [ClosedRange<Int>] = []
    for line in lines.sorted() {
      if let last = groups.last, line <= last.upperBound + 1 {
        groups[groups.count - 1] = last.lowerBound...line
      } else {
        groups.append(line...line)
      }
    }
    let words = groups.prefix(4).map {
      $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)–\($0.upperBound)"
    }
    return (lines.count == 1 ? "line " : "lines ") + words.joined(separator: ", ")
      + (groups.count > 4 ? ", …" : "")
  }
}
