import Diagnostics

extension DiagnosticCode {
  public static let nonFiniteLoss = DiagnosticCode("E501", "a loss or gradient is not a finite number")
  public static let noExamples = DiagnosticCode("E502", "nothing is left to train on")
  public static let tokenizerMismatch = DiagnosticCode("E503", "two models use different tokenizers")
  public static let sequenceTooLong = DiagnosticCode(
    "E504", "a sequence is longer than the model's positions")
  public static let invalidPattern = DiagnosticCode("E505", "a pattern of a judge cannot be read")
  public static let unknownFigure = DiagnosticCode("E512", "a figure that is to decide is not measured")
  public static let promptWithoutTokens = DiagnosticCode("E506", "a prompt has no tokens")
  public static let templateMismatch = DiagnosticCode(
    "E520", "two models render or end their turns in different ways")
  public static let foreignCheckpoint = DiagnosticCode(
    "E534", "a checkpoint is of another version of the program")
  public static let oneSidedFeedback = DiagnosticCode("E523", "rated answers are all good or all bad")
}
