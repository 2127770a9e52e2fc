import Diagnostics

extension DiagnosticCode {
  public static let invalidTokenizer = DiagnosticCode(
    "E205", "a tokenizer file does not have the form that was expected")
  public static let unsupportedTokenizer = DiagnosticCode(
    "E201", "a tokenizer asks for something that is not supported")
  public static let unsupportedChatTemplate = DiagnosticCode(
    "E202", "a chat template cannot be rendered")
  public static let invalidTokenizerTraining = DiagnosticCode(
    "E203", "a tokenizer cannot be trained with these options")
  public static let unwritableTokenizer = DiagnosticCode(
    "E204", "a tokenizer directory cannot be written")
}
