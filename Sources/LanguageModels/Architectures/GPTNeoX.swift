import Compute
import JSONText

/// GPT-NeoX (Black et al. 2022; `GPTNeoXForCausalLM`) and Pythia: layer norms, rotary positions on part of each head,
/// attention and feed-forward layers side by side.
public struct GPTNeoX: Architecture {
  public static let modelType = "gpt_neox"
  public static let causalClassName = "GPTNeoXForCausalLM"
  public static let classificationClassName = "GPTNeoXForSequenceClassification"
  public static let trunkPrefix = "gpt_neox."
  public static let adapterTargets = ["query_key_value"]
  public static let vocabularyHeadNames = ["embed_out.weight", "lm_head.weight"]

  public static let freshOptions: Set<FreshShape.Option> = [
    .layerEpsilon, .rotaryBase, .rotaryShare, .isParallel,
  ]
  private static let defaultShare = 0.25

  public static func configuration(of shape: FreshShape) -> JSON {
    [
      "hidden_size": .integer(shape.hiddenSize), "intermediate_size": .integer(shape.plainSize),
      "num_hidden_layers": .integer(shape.layers), "num_attention_heads": .integer(shape.heads),
      "max_position_embeddings": .integer(shape.maximumPositions), "hidden_act": "gelu",
      "layer_norm_eps": .number(shape.layerEpsilon ?? 1e-5),
      "use_parallel_residual": .bool(shape.isParallel ?? true), "attention_bias": true,
      "rope_parameters": RotaryConfiguration.unscaled(
        base: shape.rotaryBase, share: shape.rotaryShare ?? defaultShare),
      "hidden_dropout": 0.0, "attention_dropout": 0.0,
    ]
  }

  public let embeddingName = trunkPrefix + "embed_in.weight"

  public let shape: TransformerShape
  private let activation: GELUForm
  private let attention: AttentionShape
  private let rotary: RotaryEmbedding
  /// Whether both halves of a layer read its input, instead of one after the other.
  private let isParallel: Bool
  private let layers: [Layer]
  private let finalNorm: LayerNorm

  private struct Layer {
    let attentionNorm, feedForwardNorm: LayerNorm
    let queryKeyValue, output, up, down: LinearLayer

    init(_ index: Int, _ shape: TransformerShape, epsilon: Float, attentionBias: Bool) {
      let prefix = "\(GPTNeoX.trunkPrefix)layers.\(index)."
      let (hidden, inner) = (shape.hiddenSize, shape.intermediateSize)
      attentionNorm = LayerNorm(module: prefix + "input_layernorm", size: hidden, epsilon: epsilon)
      feedForwardNorm = LayerNorm(
        module: prefix + "post_attention_layernorm", size: hidden, epsilon: epsilon)
      queryKeyValue = LinearLayer(
        prefix + "attention.query_key_value", inputs: hidden, outputs: 3 * hidden, hasBias: attentionBias)
      output = LinearLayer(
        prefix + "attention.dense", inputs: hidden, outputs: hidden, hasBias: attentionBias)
      up = LinearLayer(prefix + "mlp.dense_h_to_4h", inputs: hidden, outputs: inner, hasBias: true)
      down = LinearLayer(prefix + "mlp.dense_4h_to_h", inputs: inner, outputs: hidden, hasBias: true)
    }
  }

  public init(_ configuration: ConfigurationReader) throws {
    shape = try TransformerShape(configuration, TransformerShape.Keys(keyValueHeads: nil, headSize: nil))
    activation = try GELUForm(configuration, key: "hidden_act", default: "gelu")
    isParallel = try configuration.optionalBool("use_parallel_residual") ?? true
    let epsilon = Float(try configuration.optionalDouble("layer_norm_eps", in: 0...1) ?? 1e-5)
    let attentionBias = try configuration.optionalBool("attention_bias") ?? true
    attention = Self.interleaved(heads: shape.heads, headSize: shape.headSize)
    rotary = RotaryEmbedding(
      inverseFrequencies: try RotaryConfiguration(
        configuration, shape,
        RotaryConfiguration.Keys(
          base: "rotary_emb_base", share: "rotary_pct", defaultShare: Self.defaultShare)
      ).inverseFrequencies)
    layers = (0..<shape.layers).map { [shape] in
      Layer($0, shape, epsilon: epsilon, attentionBias: attentionBias)
    }
    finalNorm = LayerNorm(
      module: Self.trunkPrefix + "final_layer_norm", size: shape.hiddenSize, epsilon: epsilon)
  }

  /// `[query | key | value]` for each head in turn.
  private static func interleaved(heads: Int, headSize: Int) -> AttentionShape {
    let starts = (0..<heads).map { 3 * $0 * headSize }
    return AttentionShape(
      heads: heads, keyValueHeads: heads, headSize: headSize, queries: starts,
      keys: starts.map { $0 + headSize }, values: starts.map { $0 + 2 * headSize })
  }

  public var parameters: [ParameterSpecification] {
    let deviation = shape.initializerRange
    let tableShape = [shape.vocabularySize, shape.hiddenSize]
    var list = [ParameterSpecification(embeddingName, tableShape, .normal(Float(deviation)))]
    for layer in layers {
      list += layer.attentionNorm.parameters + layer.feedForwardNorm.parameters
      for linear in [layer.queryKeyValue, layer.output, layer.up, layer.down] {
        list += linear.parameters(deviation: deviation)
      }
    }
    return list + finalNorm.parameters
  }

  public func hiddenStates(_ tape: Tape, _ batch: TokenBatch, rows: [Int]?, cache: KeyValueCache?) -> Tensor {
    var x = tape.embedding(tape.parameters[embeddingName], batch.tokens)
    for (index, layer) in layers.enumerated() {
      let asked = index == layers.count - 1 ? rows : nil
      x = tape.layer(x) { tape, x in
        // [tokens, hidden] → [tokens, heads · (query | key | value)] → [rows, hidden]
        let projected = layer.queryKeyValue(layer.attentionNorm(x, on: tape), on: tape)
        rotary.rotate(
          projected, heads: attention.queries + attention.keys, positions: batch.positions, on: tape)
        let mixed = tape.causalAttention(
          projected, attention, batch.segments, rows: asked, cache: cache?.layer(index))
        let residual = tape.gatherRows(x, asked)
        let attended = layer.output(mixed, addedTo: residual, on: tape)
        return feedForward(layer, isParallel ? residual : attended, addedTo: attended, on: tape)
      }
    }
    cache?.advance(batch.segments)
    return finalNorm(x, on: tape)
  }

  /// `[rows, hidden]` through the inner width and back.
  private func feedForward(_ layer: Layer, _ x: Tensor, addedTo residual: Tensor, on tape: Tape) -> Tensor {
    let inner = layer.up(layer.feedForwardNorm(x, on: tape), on: tape)
    return layer.down(tape.gelu(inner, activation), addedTo: residual, on: tape)
  }
}
