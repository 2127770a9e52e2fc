import Diagnostics

extension DiagnosticCode {
  public static let unreadableManifest = DiagnosticCode("E001", "a manifest cannot be read")
  public static let yamlSyntax = DiagnosticCode("E002", "text is not valid YAML")
  public static let yamlTooLarge = DiagnosticCode("E003", "a manifest is too large or too deep")
  public static let formatVersion = DiagnosticCode("E004", "the format version is missing or not supported")
  public static let unknownKey = DiagnosticCode("E005", "a key is not known here")
  public static let invalidValue = DiagnosticCode("E006", "a value has the wrong type or is out of range")
  public static let missingKey = DiagnosticCode("E007", "a required key is missing")
  public static let duplicateName = DiagnosticCode("E008", "a key or name is given twice")
  public static let invalidName = DiagnosticCode("E009", "a name cannot be used in references")
  public static let unknownKind = DiagnosticCode("E010", "a stage kind does not exist")
  public static let unknownName = DiagnosticCode("E011", "a reference names something that does not exist")
  public static let unknownPort = DiagnosticCode("E012", "a stage has no such output")
  public static let portTypeMismatch = DiagnosticCode(
    "E013", "an input does not take what is connected to it")
  public static let noEffect = DiagnosticCode("E014", "an option has no effect or contradicts another")
  public static let missingInput = DiagnosticCode("E015", "a required input is not connected")
  public static let cycle = DiagnosticCode("E016", "stages depend on each other in a circle")
  public static let referenceSyntax = DiagnosticCode("E017", "a reference is not well formed")
  public static let misplacedReference = DiagnosticCode("E018", "a reference cannot be used here")
  public static let missingFile = DiagnosticCode("E019", "a source does not exist")
  public static let portNotOffered = DiagnosticCode("E020", "not every option of a choice offers an output")
  public static let unknownOption = DiagnosticCode("E021", "a choice has no such option")
  public static let unknownParameter = DiagnosticCode("E022", "a parameter cannot be set")
  public static let environmentNotSet = DiagnosticCode("E023", "an environment variable is not set")
  public static let invalidRequirement = DiagnosticCode("E024", "a requirement cannot be read")
  public static let unused = DiagnosticCode("E025", "a declaration is used by nothing")
  public static let unknownMetric = DiagnosticCode(
    "E027", "a requirement names a metric that is not reported")
  public static let invalidMatrix = DiagnosticCode("E030", "a matrix cannot be expanded")
  public static let severalInstances = DiagnosticCode(
    "E031", "a reference means several instances of a stage")
  public static let unknownTarget = DiagnosticCode("E026", "no stage has the wanted name")
}
