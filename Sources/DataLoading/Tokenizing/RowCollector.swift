import Diagnostics

/// Gathers tokenised rows and the problems of the others in one pass.
struct RowCollector<Row: Sendable> {
  private var rows: [Row] = []
  private var report = RowReport()
  private var isRefused = false
  private let file: String

  init(file: String) { self.file = file }

  mutating func keep(_ row: Row, _ remarks: Set<RowRemark>) {
    rows.append(row)
    report.keep(remarks)
  }

  /// Leaves a row out; `isFatal` makes the whole file an error.
  mutating func drop(_ reason: BadRowReason, _ diagnostic: Diagnostic, isFatal: Bool) {
    report.drop(reason, diagnostic)
    isRefused = isRefused || isFatal
  }

  /// - Throws: every problem if one was fatal, and where no row is left.
  mutating func finish() throws(DiagnosticList) -> TokenizedRows<Row> {
    report.close(file: file, severity: isRefused || rows.isEmpty ? .error : .warning)
    if isRefused { throw DiagnosticList(report.problems) }
    if rows.isEmpty {
      let problem = Diagnostic(.maskZero, "no row is left to train on", at: SourceLocation(file: file))
      throw DiagnosticList([problem] + report.problems)
    }
    return TokenizedRows(rows: rows, report: report)
  }
}

extension RowTokenizer {
  /// Tokenises rows one by one; a doubled BOS or EOS refuses the file, and so does an overlong row if it is to.
  ///
  /// - Parameter tokenize: gives the row, and may remark on it.
  func collect<Row>(
    _ records: [LocatedRecord],
    _ tokenize: (LocatedRecord, inout Set<RowRemark>) throws(RowFailure) -> Row
  ) throws(DiagnosticList) -> TokenizedRows<Row> {
    var collector = RowCollector<Row>(file: file)
    for record in records {
      do throws(RowFailure) {
        var remarks: Set<RowRemark> = []
        let row = try tokenize(record, &remarks)
        collector.keep(row, remarks)
      } catch {
        switch error {
        case .whole(let diagnostic): throw DiagnosticList([diagnostic])
        case .row(let problem):
          let isFatal =
            switch problem.reason {
            case .overlong: onOverlong == .error
            case .truncatedAway: false
            default: true
            }
          collector.drop(problem.reason, diagnostic(problem, line: record.line), isFatal: isFatal)
        }
      }
    }
    return try collector.finish()
  }
}

/// Why a row could not be tokenised: the row's fault, or one that every row would have.
enum RowFailure: Error {
  case row(RowProblem)
  case whole(Diagnostic)
}
