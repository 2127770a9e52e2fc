import Diagnostics

/// What is wrong with one row; the reader of the file adds where the row is.
struct RowProblem: Error {
  var reason: BadRowReason
  var message: String
  /// The field it is about.
  var key: String?
  var hint: String?

  init(_ reason: BadRowReason, _ message: String, key: String? = nil, hint: String? = nil) {
    self.reason = reason
    self.message = message
    self.key = key
    self.hint = hint
  }
}
