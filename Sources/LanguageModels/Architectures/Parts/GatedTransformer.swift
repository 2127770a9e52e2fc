import Compute
import JSONText

/// The trunk that Llama and its descendants share: RMS norms, rotary positions, grouped-query attention, gated
/// feed-forward layers (SwiGLU).
struct GatedTransformer {
  /// Which linear layers have a bias.
  struct Biases {
    var queryKeyValue = false
    var output = false
    var feedForward = false
  }

  static let prefix = "model."
  static let embeddingName = prefix + "embed_tokens.weight"
  private static let normName = prefix + "norm.weight"

  static let freshOptions: Set<FreshShape.Option> = [.keyValueHeads, .rmsEpsilon, .rotaryBase]

  private let shape: TransformerShape
  private let epsilon: Float
  private let attention: AttentionShape
  private let rotary: RotaryEmbedding
  private let layers: [Layer]

  /// One layer's linear layers, and the names of its norms.
  private struct Layer {
    let queryKeyValue, output, gateUp, down: LinearLayer
    let attentionNorm, feedForwardNorm: String

    init(_ index: Int, _ shape: TransformerShape, _ biases: Biases) {
      let prefix = "\(GatedTransformer.prefix)layers.\(index)."
      let (hidden, inner) = (shape.hiddenSize, shape.intermediateSize)
      let (queries, keys) = (shape.heads * shape.headSize, shape.keyValueHeads * shape.headSize)
      queryKeyValue = LinearLayer(
        ["q_proj", "k_proj", "v_proj"].map { "\(prefix)self_attn.\($0)" }, inputs: hidden,
        outputs: [queries, keys, keys], hasBias: biases.queryKeyValue)
      output = LinearLayer(
        "\(prefix)self_attn.o_proj", inputs: queries, outputs: hidden, hasBias: biases.output)
      gateUp = LinearLayer(
        ["gate_proj", "up_proj"].map { "\(prefix)mlp.\($0)" }, inputs: hidden, outputs: [inner, inner],
        hasBias: biases.feedForward)
      down = LinearLayer(
        "\(prefix)mlp.down_proj", inputs: inner, outputs: hidden, hasBias: biases.feedForward)
      attentionNorm = "\(prefix)input_layernorm.weight"
      feedForwardNorm = "\(prefix)post_attention_layernorm.weight"
    }
  }

  /// - Throws: `Diagnostic` that names the key of a value that is out of range or not supported.
  init(_ configuration: ConfigurationReader, _ shape: TransformerShape, biases: Biases) throws {
    try configuration.refuse("hidden_act", unless: "silu", "swish")
    self.shape = shape
    epsilon = Float(try configuration.optionalDouble("rms_norm_eps", in: 0...1) ?? 1e-6)
    attention = AttentionShape(
      heads: shape.heads, keyValueHeads: shape.keyValueHeads, headSize: shape.headSize)
    rotary = RotaryEmbedding(
      inverseFrequencies: try RotaryConfiguration(configuration, shape).inverseFrequencies)
    layers = (0..<shape.layers).map { Layer($0, shape, biases) }
  }

  /// `config.json` of a fresh model as far as the family shares it.
  static func configuration(of shape: FreshShape) -> [JSON.Member] {
    [
      JSON.Member("hidden_size", .integer(shape.hiddenSize)),
      JSON.Member("intermediate_size", .integer(shape.gatedSize)),
      JSON.Member("num_hidden_layers", .integer(shape.layers)),
      JSON.Member("num_attention_heads", .integer(shape.heads)),
      JSON.Member("num_key_value_heads", .integer(shape.keyValueHeads ?? shape.heads)),
      JSON.Member("max_position_embeddings", .integer(shape.maximumPositions)),
      JSON.Member("rms_norm_eps", .number(shape.rmsEpsilon ?? 1e-5)),
      JSON.Member(
        "rope_parameters", RotaryConfiguration.unscaled(base: shape.rotaryBase, share: nil)),
      JSON.Member("rope_theta", .number(shape.rotaryBase ?? RotaryConfiguration.defaultBase)),
      JSON.Member("hidden_act", "silu"), JSON.Member("attention_dropout", 0.0),
    ]
  }

  var parameters: [ParameterSpecification] {
    let deviation = shape.initializerRange
    let tableShape = [shape.vocabularySize, shape.hiddenSize]
    var list = [ParameterSpecification(Self.embeddingName, tableShape, .normal(Float(deviation)))]
    for layer in layers {
      for linear in [layer.queryKeyValue, layer.output, layer.gateUp, layer.down] {
        list += linear.parameters(deviation: deviation)
      }
      list += [layer.attentionNorm, layer.feedForwardNorm].map(gain)
    }
    return list + [gain(Self.normName)]
  }

  private func gain(_ name: String) -> ParameterSpecification {
    ParameterSpecification(name, [shape.hiddenSize], .ones)
  }

  /// Hidden states after the last norm, `[rows, hidden]`; see `Architecture`.
  func hiddenStates(_ tape: Tape, _ batch: TokenBatch, rows: [Int]?, cache: KeyValueCache?) -> Tensor {
    let store = tape.parameters
    var x = tape.embedding(store[Self.embeddingName], batch.tokens)
    for (index, layer) in layers.enumerated() {
      let asked = index == layers.count - 1 ? rows : nil
      x = tape.layer(x) { tape, x in
        // [tokens, hidden] → [tokens, queries | keys | values]
        let normed = tape.rmsNorm(x, store[layer.attentionNorm], epsilon: epsilon)
        let projected = layer.queryKeyValue(normed, on: tape)
        rotary.rotate(
          projected, heads: attention.queries + attention.keys, positions: batch.positions, on: tape)
        let mixed = tape.causalAttention(
          projected, attention, batch.segments, rows: asked, cache: cache?.layer(index))
        let attended = layer.output(mixed, addedTo: tape.gatherRows(x, asked), on: tape)
        // [rows, hidden] → [rows, gate | up] → [rows, hidden]
        let inner = tape.rmsNorm(attended, store[layer.feedForwardNorm], epsilon: epsilon)
        let gated = tape.swiGLU(layer.gateUp(inner, on: tape))
        return layer.down(gated, addedTo: attended, on: tape)
      }
    }
    cache?.advance(batch.segments)
    return tape.rmsNorm(x, store[Self.normName], epsilon: epsilon)
  }
}
