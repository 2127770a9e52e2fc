import Diagnostics
import GRDB

extension DiagnosticCode {
  public static let foreignDatabase = DiagnosticCode("E303", "the database belongs to another application")
  public static let newerStore = DiagnosticCode("E304", "the store was written by a newer version")
  public static let databaseFailure = DiagnosticCode("E312", "the store's database cannot be read or written")
  public static let unknownReference = DiagnosticCode("E313", "nothing in the store has this name")
  public static let ambiguousReference = DiagnosticCode("E314", "a name or prefix means several things")
  public static let invalidTag = DiagnosticCode("E317", "a name that a tag cannot have")
  public static let protectedTag = DiagnosticCode("E318", "a protected tag is moved without a promotion")
  public static let refusedRecord = DiagnosticCode("E319", "another store sent what cannot be taken in")
  public static let olderStore = DiagnosticCode("E320", "the store was written by an older version")
  public static let storeBusy = DiagnosticCode("E316", "the store's database is locked by another process")
}

extension Diagnostic {
  /// What SQLite refused, as a diagnostic that names the file and the cause.
  init(_ error: DatabaseError, database path: String) {
    let cause = error.message ?? error.resultCode.description
    switch error.resultCode {
    case .SQLITE_FULL:
      self.init(
        .databaseFailure, "cannot write '\(path)': no space left on the device",
        hint: "free some space and run the same command again")
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      self.init(
        .storeBusy, "'\(path)' stayed locked by another process",
        hint: "wait for the other command to end and run this one again")
    case .SQLITE_NOTADB, .SQLITE_CORRUPT:
      self.init(.databaseFailure, "'\(path)' is damaged or not a SQLite database: \(cause)")
    default:
      self.init(.databaseFailure, "cannot use '\(path)': \(cause)")
    }
  }
}

/// Runs `body`, turning SQLite's errors into diagnostics.
func translatingErrors<Value>(_ path: String, _ body: () throws -> Value) throws -> Value {
  do { return try body() } catch let error as DatabaseError { throw Diagnostic(error, database: path) }
}
