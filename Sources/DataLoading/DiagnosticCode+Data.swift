import Diagnostics

extension DiagnosticCode {
  public static let damagedGzip = DiagnosticCode("E110", "a gzip file is damaged")
  public static let invalidCSV = DiagnosticCode("E111", "text is not valid CSV")
  public static let notUTF8 = DiagnosticCode("E112", "text is not valid UTF-8")
  public static let unknownRowShape = DiagnosticCode("E113", "a row has none of the accepted shapes")
  public static let wrongFieldType = DiagnosticCode("E114", "a field of a row has the wrong type")
  public static let emptyPrompt = DiagnosticCode("E115", "a prompt is empty")
  public static let emptyAnswer = DiagnosticCode("E116", "an answer is empty")
  public static let identicalPair = DiagnosticCode("E117", "the answers of a pair are identical")
  public static let differentPrompts = DiagnosticCode(
    "E118", "the answers of a pair belong to different prompts")
  public static let noRanking = DiagnosticCode("E119", "a ranked row puts no answer before another")
  public static let unknownRole = DiagnosticCode("E120", "a message has an unknown role")
  public static let noAssistantTurn = DiagnosticCode(
    "E121", "a conversation has no assistant turn where one must be")
  public static let overlongRow = DiagnosticCode("E122", "a row has more tokens than max_length")
  public static let truncatedAway = DiagnosticCode("E123", "truncation leaves nothing of a row to train on")
  public static let doubledBOS = DiagnosticCode("E124", "a row starts with BOS twice")
  public static let doubledEOS = DiagnosticCode("E125", "a row ends with EOS twice")
  public static let noRows = DiagnosticCode("E126", "a file has no usable row")
  public static let maskZero = DiagnosticCode("E127", "no token of a data set is trained")
  public static let eosUntrained = DiagnosticCode("E128", "no end of an answer is trained")
  public static let moreProblems = DiagnosticCode("E129", "a file has more problems than are listed")
  public static let noChatTemplate = DiagnosticCode(
    "E130", "a conversation meets a tokenizer without a chat template")
  public static let optionWithoutEffect = DiagnosticCode("E131", "an option has no effect on the data")
  public static let endedPrompt = DiagnosticCode("E140", "a prompt ends with EOS")
  public static let mergedBoundary = DiagnosticCode(
    "E141", "the end of a prompt and the start of its answer are one token")
}
