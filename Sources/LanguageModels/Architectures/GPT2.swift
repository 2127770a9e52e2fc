import Compute
import JSONText

/// GPT-2 (Radford et al. 2019; `GPT2LMHeadModel`): layer norms, learned positions, weights kept as `Conv1D` has them.
public struct GPT2: Architecture {
  public static let modelType = "gpt2"
  public static let causalClassName = "GPT2LMHeadModel"
  public static let classificationClassName = "GPT2ForSequenceClassification"
  public static let trunkPrefix = "transformer."
  public static let weightLayout = WeightLayout.inputsByOutputs
  public static let adapterTargets = ["c_attn"]

  public static let freshOptions: Set<FreshShape.Option> = [.layerEpsilon]

  public static func configuration(of shape: FreshShape) -> JSON {
    [
      "n_embd": .integer(shape.hiddenSize), "n_inner": .integer(shape.plainSize),
      "n_layer": .integer(shape.layers), "n_head": .integer(shape.heads),
      "n_positions": .integer(shape.maximumPositions), "activation_function": "gelu_new",
      "layer_norm_epsilon": .number(shape.layerEpsilon ?? 1e-5), "resid_pdrop": 0.0, "embd_pdrop": 0.0,
      "attn_pdrop": 0.0, "scale_attn_weights": true, "scale_attn_by_inverse_layer_idx": false,
    ]
  }

  public let embeddingName = trunkPrefix + "wte.weight"
  private let positionsName = trunkPrefix + "wpe.weight"

  public let shape: TransformerShape
  private let activation: GELUForm
  private let attention: AttentionShape
  private let layers: [Layer]
  private let finalNorm: LayerNorm

  private struct Layer {
    let attentionNorm, feedForwardNorm: LayerNorm
    let queryKeyValue, output, up, down: LinearLayer

    init(_ index: Int, _ shape: TransformerShape, epsilon: Float) {
      let prefix = "\(GPT2.trunkPrefix)h.\(index)."
      let (hidden, inner) = (shape.hiddenSize, shape.intermediateSize)
      func linear(_ name: String, _ inputs: Int, _ outputs: Int) -> LinearLayer {
        LinearLayer(
          prefix + name, inputs: inputs, outputs: outputs, hasBias: true, layout: GPT2.weightLayout)
      }
      attentionNorm = LayerNorm(module: prefix + "ln_1", size: hidden, epsilon: epsilon)
      feedForwardNorm = LayerNorm(module: prefix + "ln_2", size: hidden, epsilon: epsilon)
      queryKeyValue = linear("attn.c_attn", hidden, 3 * hidden)
      output = linear("attn.c_proj", hidden, hidden)
      up = linear("mlp.c_fc", hidden, inner)
      down = linear("mlp.c_proj", inner, hidden)
    }

    /// Fresh weights that feed the residual stream are smaller, by the number of them (GPT-2, section 2.3).
    func parameters(_ shape: TransformerShape) -> [ParameterSpecification] {
      let deviation = shape.initializerRange
      let residual = deviation / Double(2 * shape.layers).squareRoot()
      var list = attentionNorm.parameters + queryKeyValue.parameters(deviation: deviation)
      list += output.parameters(deviation: residual) + feedForwardNorm.parameters
      list += up.parameters(deviation: deviation) + down.parameters(deviation: residual)
      return list
    }
  }

  public init(_ configuration: ConfigurationReader) throws {
    shape = try TransformerShape(
      configuration,
      TransformerShape.Keys(
        hiddenSize: "n_embd", intermediateSize: "n_inner", intermediateMultiple: 4, layers: "n_layer",
        heads: "n_head", keyValueHeads: nil, headSize: nil, maximumPositions: "n_positions",
        defaultPositions: 1024, tiesByDefault: true))
    try configuration.refuse("scale_attn_weights", unless: true)
    try configuration.refuse("scale_attn_by_inverse_layer_idx", unless: false)
    try configuration.refuse("add_cross_attention", unless: false)
    activation = try GELUForm(configuration, key: "activation_function", default: "gelu_new")
    let epsilon = Float(try configuration.optionalDouble("layer_norm_epsilon", in: 0...1) ?? 1e-5)
    attention = AttentionShape(
      heads: shape.heads, keyValueHeads: shape.heads, headSize: shape.headSize)
    layers = (0..<shape.layers).map { [shape] in Layer($0, shape, epsilon: epsilon) }
    finalNorm = LayerNorm(module: Self.trunkPrefix + "ln_f", size: shape.hiddenSize, epsilon: epsilon)
  }

  public var parameters: [ParameterSpecification] {
    let normal = ParameterSpecification.Initialization.normal(Float(shape.initializerRange))
    var list = [
      ParameterSpecification(embeddingName, [shape.vocabularySize, shape.hiddenSize], normal),
      ParameterSpecification(positionsName, [shape.maximumPositions, shape.hiddenSize], normal),
    ]
    for layer in layers { list += layer.parameters(shape) }
    return list + finalNorm.parameters
  }

  public func hiddenStates(_ tape: Tape, _ batch: TokenBatch, rows: [Int]?, cache: KeyValueCache?) -> Tensor {
    let store = tape.parameters
    var x = tape.add(
      tape.embedding(store[embeddingName], batch.tokens),
      tape.embedding(store[positionsName], batch.positions))
    for (index, layer) in layers.enumerated() {
      let asked = index == layers.count - 1 ? rows : nil
      x = tape.layer(x) { tape, x in
        // [tokens, hidden] → [tokens, queries | keys | values] → [rows, hidden]
        let projected = layer.queryKeyValue(layer.attentionNorm(x, on: tape), on: tape)
        let mixed = tape.causalAttention(
          projected, attention, batch.segments, rows: asked, cache: cache?.layer(index))
        let attended = layer.output(mixed, addedTo: tape.gatherRows(x, asked), on: tape)
        // [rows, hidden] → [rows, inner] → [rows, hidden]
        let inner = tape.gelu(layer.up(layer.feedForwardNorm(attended, on: tape), on: tape), activation)
        return layer.down(inner, addedTo: attended, on: tape)
      }
    }
    cache?.advance(batch.segments)
    return finalNorm(x, on: tape)
  }
}
