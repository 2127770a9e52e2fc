import Diagnostics

extension DiagnosticCode {
  public static let incompleteModel = DiagnosticCode("E220", "a model directory lacks a file it needs")
  public static let invalidSafetensors = DiagnosticCode("E221", "a safetensors file is damaged")
  public static let missingTensor = DiagnosticCode("E222", "a model lacks a tensor it needs")
  public static let tensorShape = DiagnosticCode("E223", "a tensor has another shape than its model needs")
  public static let tensorType = DiagnosticCode("E224", "a tensor has an element type that cannot be read")
  public static let invalidWeightIndex = DiagnosticCode("E225", "an index of weight files is not valid")
  public static let invalidConfiguration = DiagnosticCode("E226", "a model configuration is not valid")
  public static let unsupportedConfiguration = DiagnosticCode(
    "E227", "a model configuration is not supported")
  public static let modelTooLarge = DiagnosticCode("E228", "a model needs more memory than there is")
  public static let unwritableModel = DiagnosticCode("E229", "a model file cannot be written")
  public static let invalidRewardRecord = DiagnosticCode("E240", "the record of a reward model is damaged")
  public static let rewardProbe = DiagnosticCode(
    "E241", "a reward model does not give its probes the expected scores")
}
