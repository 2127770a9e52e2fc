/// The rows of a file after tokenisation, and how many did not make it.
public struct TokenizedRows<Row: Sendable>: Sendable {
  public var rows: [Row]
  public var report: RowReport

  public init(rows: [Row], report: RowReport) {
    self.rows = rows
    self.report = report
  }
}
