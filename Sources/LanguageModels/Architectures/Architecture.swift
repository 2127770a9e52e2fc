import Compute
import Diagnostics

/// A transformer: which parameters it has under which names, and how tokens become hidden states.
///
/// One architecture is one file; registering it is one line in `ArchitectureRegistry`.
public protocol Architecture: SendableMetatype {
  /// `model_type` in `config.json`.
  static var modelType: String { get }
  /// Class names that `transformers` uses in `architectures`.
  static var causalClassName: String { get }
  static var classificationClassName: String { get }

  /// - Throws: `Diagnostic` that names the key of a value that is missing, out of range or not supported.
  init(_ configuration: ConfigurationReader) throws

  var vocabularySize: Int { get }
  var hiddenSize: Int { get }
  var layerCount: Int { get }
  var keyValueHeads: Int { get }
  var headSize: Int { get }
  /// Longest sequence the model was made for.
  var maximumPositions: Int { get }
  /// Standard deviation of fresh weights.
  var initializerRange: Double { get }
  /// Whether the vocabulary head is the embedding table.
  var tiesWordEmbeddings: Bool { get }

  /// Parameters of the trunk, in the order of memory; names as in the model's files.
  var parameters: [ParameterSpecification] { get }
  /// Name of the embedding table among `parameters`: `[vocabulary, hidden]`.
  var embeddingName: String { get }

  /// Hidden states after the last norm, `[tokens, hidden]`.
  ///
  /// - Parameter cache: keys and values of earlier tokens, extended by these; only on tapes that do not record.
  func hiddenStates(_ tape: Tape, _ batch: TokenBatch, cache: KeyValueCache?) -> Tensor
}

/// The architectures this build knows.
public enum ArchitectureRegistry {
  public static let architectures: [any Architecture.Type] = [
    Llama.self
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
