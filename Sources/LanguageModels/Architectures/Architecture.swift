import Compute
import Diagnostics
import JSONText

/// A transformer: which parameters it has under which names, and how tokens become hidden states.
///
/// One architecture is one file; registering it is one line in `ArchitectureRegistry`. Dropout of a configuration
/// is never applied, in training neither: runs are exact, as TRL's reward, preference and PPO trainers also
/// disable it.
public protocol Architecture: SendableMetatype {
  /// `model_type` in `config.json`.
  static var modelType: String { get }
  /// Class names that `transformers` uses in `architectures`.
  static var causalClassName: String { get }
  static var classificationClassName: String { get }
  /// What precedes the trunk's names in files; files of the bare trunk, such as the first GPT-2's, leave it away.
  static var trunkPrefix: String { get }
  /// Names of an untied vocabulary head in files, the one that `transformers` writes first: `[vocabulary, hidden]`.
  static var vocabularyHeadNames: [String] { get }

  /// How the matrices of the layers lie in memory and in the model's files.
  static var weightLayout: WeightLayout { get }
  /// Modules that an adapter adds to if it is not told (PEFT 0.21, `constants.py`).
  static var adapterTargets: [String] { get }

  /// What a fresh model of this architecture can choose beside what every one can.
  static var freshOptions: Set<FreshShape.Option> { get }
  /// `config.json` of a fresh model, but for its name, its vocabulary and its special tokens.
  static func configuration(of shape: FreshShape) -> JSON

  /// - Throws: `Diagnostic` that names the key of a value that is missing, out of range or not supported.
  init(_ configuration: ConfigurationReader) throws

  var shape: TransformerShape { get }

  /// Values that a recording tape keeps of each token in each layer.
  var tapeWidth: Int { get }

  /// Parameters of the trunk, in the order of memory; names as in the model's files.
  var parameters: [ParameterSpecification] { get }
  /// Name of the embedding table among `parameters`: `[vocabulary, hidden]`.
  var embeddingName: String { get }

  /// Hidden states after the last norm, `[rows, hidden]`.
  ///
  /// - Parameters:
  ///   - rows: tokens of the batch, ascending, of which the last layer computes more than keys and values; nil asks for
  ///     all.
  ///   - cache: keys and values of earlier tokens, extended by these; only on tapes that do not record.
  func hiddenStates(_ tape: Tape, _ batch: TokenBatch, rows: [Int]?, cache: KeyValueCache?) -> Tensor
}

extension Architecture {
  public static var weightLayout: WeightLayout { .outputsByInputs }
  public static var adapterTargets: [String] { ["q_proj", "v_proj"] }
  public static var vocabularyHeadNames: [String] { ["lm_head.weight"] }

  /// Two norms and two sums of the residual stream; queries, keys, values and what attention mixes; the
  /// feed-forward layer before and after its activation.
  public var tapeWidth: Int { shape.tapeWidth(feedForward: 2) }

  public var vocabularySize: Int { shape.vocabularySize }
  public var hiddenSize: Int { shape.hiddenSize }
  public var layerCount: Int { shape.layers }
  public var keyValueHeads: Int { shape.keyValueHeads }
  public var headSize: Int { shape.headSize }
  public var maximumPositions: Int { shape.maximumPositions }
  public var initializerRange: Double { shape.initializerRange }
  public var tiesWordEmbeddings: Bool { shape.tiesWordEmbeddings }

  /// The matrix whose rows score the tokens, among the model's parameters: `[vocabulary, hidden]`.
  public var vocabularyHeadName: String {
    tiesWordEmbeddings ? embeddingName : Self.vocabularyHeadNames[0]
  }

  /// Names that files may use for a parameter, the usual one first.
  func fileNames(of name: String) -> [String] {
    if Self.vocabularyHeadNames.contains(name) { return Self.vocabularyHeadNames }
    guard name.hasPrefix(Self.trunkPrefix) else { return [name] }
    return [name, String(name.dropFirst(Self.trunkPrefix.count))]
  }
}

/// The architectures this build knows.
public enum ArchitectureRegistry {
  public static let architectures: [any Architecture.Type] = [
    Llama.self, Qwen2.self, GPT2.self, GPTNeoX.self,
  ]

  /// Reads the architecture that `model_type` names.
  ///
  /// - Throws: `Diagnostic` if it is unknown or its configuration is not supported.
  public static func architecture(for configuration: ConfigurationReader) throws -> any Architecture {
    let name = try configuration.requiredString("model_type")
    guard let type = architectures.first(where: { $0.modelType == name }) else {
      let known = architectures.map { $0.modelType }
      throw configuration.unsupported(
        "model_type", "is \"\(name)\", which is not supported; supported: \(known.joined(separator: ", "))",
        hint: nearestName(to: name, among: known).map { "did you mean \"\($0)\"?" })
    }
    return try type.init(configuration)
  }
}
