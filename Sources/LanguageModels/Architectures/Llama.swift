import Compute
import JSONText

/// Llama (Touvron et al. 2023; `LlamaForCausalLM`): the gated transformer, with optional biases.
public struct Llama: Architecture {
  public static let modelType = "llama"
  public static let causalClassName = "LlamaForCausalLM"
  public static let classificationClassName = "LlamaForSequenceClassification"
  public static let trunkPrefix = GatedTransformer.prefix

  public static let freshOptions = GatedTransformer.freshOptions

  public static func configuration(of shape: FreshShape) -> JSON {
    .object(
      GatedTransformer.configuration(of: shape) + [
        JSON.Member("head_dim", .integer(shape.hiddenSize / shape.heads)),
        JSON.Member("attention_bias", false), JSON.Member("mlp_bias", false),
      ])
  }

  public let shape: TransformerShape
  private let trunk: GatedTransformer

  public init(_ configuration: ConfigurationReader) throws {
    shape = try TransformerShape(configuration)
    let attention = try configuration.optionalBool("attention_bias") ?? false
    let feedForward = try configuration.optionalBool("mlp_bias") ?? false
    trunk = try GatedTransformer(
      configuration, shape,
      biases: GatedTransformer.Biases(
        queryKeyValue: attention, output: attention, feedForward: feedForward))
  }

  public var tapeWidth: Int { shape.tapeWidth(feedForward: 3) }

  public var parameters: [ParameterSpecification] { trunk.parameters }
  public var embeddingName: String { GatedTransformer.embeddingName }

  public func hiddenStates(_ tape: Tape, _ batch: TokenBatch, rows: [Int]?, cache: KeyValueCache?) -> Tensor {
    trunk.hiddenStates(tape, batch, rows: rows, cache: cache)
  }
}
