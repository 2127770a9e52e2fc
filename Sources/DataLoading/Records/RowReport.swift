import Diagnostics
import JSONText

/// How many rows of a file were used, and why the others were not.
public struct RowReport: Sendable, Hashable {
  /// Errors listed one by one; the rest is counted.
  public static let maximumListed = 100
  /// Warnings of one reason listed one by one; the rest is counted.
  public static let maximumWarned = 3

  public private(set) var kept = 0
  public private(set) var dropped: [BadRowReason: Int] = [:]
  /// How many of the kept rows a remark holds for.
  public private(set) var remarks: [RowRemark: Int] = [:]
  /// The first problems, and a last one that counts what is not listed.
  public private(set) var problems: [Diagnostic] = []

  public init() {}

  public var droppedCount: Int { dropped.values.reduce(0, +) }

  /// `{"rows": …, "kept": …, "dropped": {reason: count}}` and a count for each remark that holds for a row, to be
  /// stored with what was made of the rows.
  public var json: JSON {
    let reasons = BadRowReason.allCases.compactMap { reason in
      dropped[reason].map { JSON.Member(reason.rawValue, .integer($0)) }
    }
    let members: [JSON.Member] = [
      JSON.Member("rows", .integer(kept + droppedCount)), JSON.Member("kept", .integer(kept)),
      JSON.Member("dropped", .object(reasons)),
    ]
    return .object(
      members
        + RowRemark.allCases.compactMap { remark in
          remarks[remark].map { JSON.Member(remark.rawValue, .integer($0)) }
        })
  }

  /// Counts a row that is used.
  mutating func keep(_ remarks: Set<RowRemark> = []) {
    kept += 1
    for remark in remarks { self.remarks[remark, default: 0] += 1 }
  }

  /// Counts a row that is not used.
  mutating func drop(_ reason: BadRowReason, _ diagnostic: Diagnostic) {
    dropped[reason, default: 0] += 1
    if problems.count < Self.maximumListed { problems.append(diagnostic) }
  }

  /// Ends the list with a count of the problems that are not in it. Warnings are told by their first places, so that
  /// a file of which much is dropped does not flood; errors are to be mended one by one.
  mutating func close(file: String, severity: Diagnostic.Severity) {
    if severity == .warning { return summarize(file: file) }
    let rest = droppedCount - problems.count
    if rest > 0 {
      problems.append(
        Diagnostic(.moreProblems, "\(rest) more rows have problems", at: SourceLocation(file: file)))
    }
  }

  private mutating func summarize(file: String) {
    var listed: [DiagnosticCode: Int] = [:]
    problems = problems.filter { problem in
      listed[problem.code, default: 0] += 1
      return listed[problem.code, default: 0] <= Self.maximumWarned
    }
    for reason in BadRowReason.allCases {
      let rest = dropped[reason, default: 0] - min(listed[reason.code, default: 0], Self.maximumWarned)
      guard rest > 0 else { continue }
      problems.append(
        Diagnostic(
          .moreProblems, "\(rest) more rows are dropped: \(reason.code.title)", at: SourceLocation(file: file)
        ))
    }
    for index in problems.indices { problems[index].severity = .warning }
  }
}
