import Diagnostics

extension DiagnosticCode {
  public static let stageFailed = DiagnosticCode("E401", "a stage's process ended with an error")
  public static let stageCrashed = DiagnosticCode("E402", "a stage's process was ended by a signal")
  public static let stageKilled = DiagnosticCode("E403", "a stage's process was killed from outside")
  public static let malformedEvents = DiagnosticCode("E404", "a stage's process did not keep to the protocol")
  public static let missingOutput = DiagnosticCode("E405", "a stage ended without one of its outputs")
  public static let cannotStart = DiagnosticCode("E406", "a stage's process cannot be started")
  public static let requirementFailed = DiagnosticCode("E407", "a requirement does not hold")
  public static let invalidRequest = DiagnosticCode("E408", "a stage's request cannot be read")
  public static let stageTimedOut = DiagnosticCode("E420", "a stage ran for longer than it may")
  public static let doesNotFit = DiagnosticCode("E421", "a stage needs more memory than a run may use")
  public static let fewerThreads = DiagnosticCode("E422", "a stage asks for more threads than a run may use")
  public static let recordingFailed = DiagnosticCode("E409", "metrics or progress could not be recorded")
  public static let notRepaired = DiagnosticCode("E410", "a damaged artifact cannot be repaired")
  public static let peerUnavailable = DiagnosticCode("E412", "another store cannot be reached")
  public static let peerMisbehaved = DiagnosticCode("E413", "another store did not keep to the protocol")
  public static let differentAgain = DiagnosticCode("E411", "a stage that ran again made other bytes")
}
