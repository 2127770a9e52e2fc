import GRDB
import JSONText

/// What a value from another store may be, beyond the type of its column: what is later counted with, shown on a
/// terminal or used as a name is of the kind that this program writes.
package enum ColumnRule: Sendable {
  case integer(ClosedRange<Int64>, what: String)
  /// Not negative and finite.
  case seconds
  /// An infinite figure is one, too.
  case number
  case word(Set<String>)
  /// Of a stage, kind, port, type or source: letters, digits, `_` and `-`, and behind `@` what names an instance.
  case name
  /// Without control characters and what turns the direction of writing.
  case line
  /// Lines.
  case text
  case json
  /// What a process or its errors said, which may be anything.
  case output

  /// Whole numbers that every program reads alike (RFC 8259, 6).
  private static let exact = ColumnRule.integer(-1 << 53...1 << 53, what: "a number up to 2^53")
  static let count = ColumnRule.integer(0...1 << 53, what: "a number from 0 to 2^53")
  /// The last millisecond of the year 9999.
  private static let latestTime: Int64 = 253_402_300_799_999
  private static let time = ColumnRule.integer(0...latestTime, what: "a time before the year 10000")
  private static let int32 = ColumnRule.integer(
    Int64(Int32.min)...Int64(Int32.max), what: "a number of 32 bits")

  /// Columns by name, with their table where the name means several things; others go by their type.
  private static let rules: [String: ColumnRule] = [
    "started_at": time, "finished_at": time, "moved_at": time, "seconds": .seconds,
    "processor_seconds": .seconds, "position": count, "attempt": count, "threads": count,
    "estimated_memory": count, "peak_memory": count, "resumed_step": count, "exit_code": int32,
    "signal": int32,
    "owner_process": int32, "decision": .word(["cached", "run", "maybe", "blocked"]), "stage": .name,
    "kind": .name, "port": .name, "source.name": .name, "reason": .text, "note": .text, "parameters": .json,
    "choices": .json, "targets": .json, "configuration": .json, "facts": .json, "evidence": .json,
    "error_message": .output, "log_tail": .output,
  ]

  /// - Parameter type: as declared: INTEGER, REAL or TEXT.
  static func of(_ column: String, in table: String, type: String) -> ColumnRule {
    if let rule = rules["\(table).\(column)"] ?? rules[column] { return rule }
    return switch type {
    case "INTEGER": exact
    case "REAL": .number
    default: .line
    }
  }

  /// What belongs there, in words.
  var expected: String {
    switch self {
    case .integer(_, let what): what
    case .seconds: "seconds from 0 on"
    case .number: "a number"
    case .word(let words): "one of \(words.sorted().joined(separator: ", "))"
    case .name: "a name of letters, digits, '_' and '-'"
    case .line: "a line of text"
    case .text, .output: "text"
    case .json: "JSON"
    }
  }

  /// The time of a row, no later than other stores take.
  package static func bounded(_ milliseconds: Int64) -> Int64 { min(milliseconds, latestTime) }

  /// A line or text as other stores take it: what they would refuse becomes U+FFFD.
  package func cleaned(_ text: String) -> String {
    if allows(text) { return text }
    let allowed = if case .text = self { "\t\n\r" } else { "" }
    let scalars = text.unicodeScalars.map { scalar in
      scalar.isUnprintable && !allowed.unicodeScalars.contains(scalar) ? "\u{FFFD}" : scalar
    }
    return String(String.UnicodeScalarView(scalars))
  }

  func allows(_ value: Int64) -> Bool {
    if case .integer(let range, _) = self { range.contains(value) } else { false }
  }

  func allows(_ value: Double) -> Bool {
    switch self {
    case .seconds: value >= 0 && value <= 1e12
    case .number: !value.isNaN
    default: false
    }
  }

  package func allows(_ text: String) -> Bool {
    switch self {
    case .word(let words): words.contains(text)
    case .name: Self.isName(text)
    case .line: !text.unicodeScalars.contains(where: \.isUnprintable)
    case .text: !text.unicodeScalars.contains { $0.isUnprintable && !"\t\n\r".unicodeScalars.contains($0) }
    case .json: (try? JSON.parse(text, file: "record")) != nil
    case .output: true
    case .integer, .seconds, .number: false
    }
  }

  private static func isName(_ text: String) -> Bool {
    let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    func isMade(_ part: Substring, of signs: String) -> Bool {
      !part.isEmpty && part.allSatisfy { $0.isLetter || $0.isNumber || signs.contains($0) }
        && !part.unicodeScalars.contains(where: \.isUnprintable)
    }
    return isMade(parts[0], of: "_-") && (parts.count == 1 || isMade(parts[1], of: "_-+=,."))
  }
}

extension Unicode.Scalar {
  /// Control characters and those that turn the direction of writing, which could forge what a terminal shows.
  fileprivate var isUnprintable: Bool {
    switch value {
    case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
