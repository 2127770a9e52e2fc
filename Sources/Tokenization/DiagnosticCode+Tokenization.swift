import Diagnostics

extension DiagnosticCode {
  public static let invalidTokenizer = DiagnosticCode(
    "E220", "a tokenizer file does not have the form that was expected")
  public static let unsupportedTokenizer = DiagnosticCode(
    "E221", "a tokenizer asks for something that is not supported")
  public static let unsupportedChatTemplate = DiagnosticCode(
    "E222", "a chat template cannot be rendered")
  public static let invalidTokenizerTraining = DiagnosticCode(
    "E223", "a tokenizer cannot be trained with these options")
  public static let unwritableTokenizer = DiagnosticCode(
    "E224", "a tokenizer directory cannot be written")
}
