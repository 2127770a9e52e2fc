import Diagnostics
import Foundation

extension DiagnosticCode {
  public static let storeUnavailable = DiagnosticCode("E301", "the store cannot be opened or created")
  public static let storeOnNetwork = DiagnosticCode("E302", "the store lies on a network file system")
  public static let noSpace = DiagnosticCode("E305", "no space is left for the store")
  public static let accessDenied = DiagnosticCode("E306", "a file or directory may not be read or written")
  public static let inputChanged = DiagnosticCode("E307", "an input changed while it was read")
  public static let unsupportedEntry = DiagnosticCode("E308", "a directory holds what the store cannot keep")
  public static let objectDamaged = DiagnosticCode("E309", "an object's bytes are not what its name says")
  public static let objectMissing = DiagnosticCode("E310", "the store does not hold an object")
  public static let destinationExists = DiagnosticCode("E311", "the destination exists already")
  public static let fileFailure = DiagnosticCode("E315", "a file cannot be read or written")
}

extension Diagnostic {
  /// A failed system call as a diagnostic that names what was attempted and why it failed.
  ///
  /// - Parameters:
  ///   - action: what could not be done, such as `write`.
  ///   - code: the value of `errno`.
  static func system(_ action: String, _ path: String, _ code: Int32) -> Diagnostic {
    let message = "cannot \(action) '\(path)': \(String(cString: strerror(code)))"
    switch code {
    case ENOSPC, EDQUOT, EFBIG:
      return Diagnostic(.noSpace, message, hint: "free some space and run the same command again")
    case EACCES, EPERM, EROFS:
      return Diagnostic(.accessDenied, message, hint: "check the owner and mode of the path")
    default:
      return Diagnostic(.fileFailure, message)
    }
  }
}
