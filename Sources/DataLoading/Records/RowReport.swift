import Diagnostics
import JSONText

/// How many rows of a file were used, and why the others were not.
public struct RowReport: Sendable, Hashable {
  /// Problems listed one by one; the rest is counted.
  public static let maximumListed = 100

  public private(set) var kept = 0
  public private(set) var dropped: [BadRowReason: Int] = [:]
  /// The first problems, and a last one that counts what is not listed.
  public private(set) var problems: [Diagnostic] = []

  public init() {}

  public var droppedCount: Int { dropped.values.reduce(0, +) }

  /// `{"rows": …, "kept": …, "dropped": {reason: count}}`, to be stored with what was made of the rows.
  public var json: JSON {
    let reasons = BadRowReason.allCases.compactMap { reason in
      dropped[reason].map { JSON.Member(reason.rawValue, .integer($0)) }
    }
    return ["rows": .integer(kept + droppedCount), "kept": .integer(kept), "dropped": .object(reasons)]
  }

  mutating func keep(_ count: Int = 1) { kept += count }

  /// Counts a row that is not used.
  mutating func drop(_ reason: BadRowReason, _ diagnostic: Diagnostic) {
    dropped[reason, default: 0] += 1
    if problems.count < Self.maximumListed { problems.append(diagnostic) }
  }

  /// Ends the list with a count of the problems that are not in it, and marks it as warnings where rows are dropped.
  mutating func close(file: String, severity: Diagnostic.Severity) {
    let rest = droppedCount - problems.count
    if rest > 0 {
      problems.append(
        Diagnostic(.moreProblems, "\(rest) more rows have problems", at: SourceLocation(file: file)))
    }
    for index in problems.indices { problems[index].severity = severity }
  }
}
