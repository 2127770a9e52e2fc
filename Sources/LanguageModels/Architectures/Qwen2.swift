import Compute
import JSONText

/// Qwen2 and Qwen2.5 (Yang et al. 2024; `Qwen2ForCausalLM`): the gated transformer with biases on queries, keys and
/// values, all layers with full attention.
public struct Qwen2: Architecture {
  public static let modelType = "qwen2"
  public static let causalClassName = "Qwen2ForCausalLM"
  public static let classificationClassName = "Qwen2ForSequenceClassification"
  public static let trunkPrefix = GatedTransformer.prefix

  public static let freshOptions = GatedTransformer.freshOptions

  public static func configuration(of shape: FreshShape) -> JSON {
    .object(
      GatedTransformer.configuration(of: shape) + [
        JSON.Member("use_sliding_window", false), JSON.Member("sliding_window", nil),
      ])
  }

  public let shape: TransformerShape
  private let trunk: GatedTransformer

  public init(_ configuration: ConfigurationReader) throws {
    var keys = TransformerShape.Keys()
    keys.defaultPositions = 32_768
    shape = try TransformerShape(configuration, keys)
    let reason = "every layer attends to all tokens before"
    try configuration.refuse("use_sliding_window", unless: false, reason: reason)
    guard try configuration.strings("layer_types").allSatisfy({ $0 == "full_attention" }) else {
      throw configuration.unsupported(
        "layer_types", "has other layers than \"full_attention\", which are not supported: \(reason)")
    }
    trunk = try GatedTransformer(
      configuration, shape, biases: GatedTransformer.Biases(queryKeyValue: true))
  }

  public var tapeWidth: Int { shape.tapeWidth(feedForward: 3) }

  public var parameters: [ParameterSpecification] { trunk.parameters }
  public var embeddingName: String { GatedTransformer.embeddingName }

  public func hiddenStates(_ tape: Tape, _ batch: TokenBatch, rows: [Int]?, cache: KeyValueCache?) -> Tensor {
    trunk.hiddenStates(tape, batch, rows: rows, cache: cache)
  }
}
