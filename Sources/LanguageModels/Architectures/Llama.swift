import Compute
import Diagnostics
import Foundation

/// Llama (Touvron et al. 2023; `LlamaForCausalLM`): RMS norms, rotary positions, grouped-query attention, gated
/// feed-forward layers.
public final class Llama: Architecture {
  public static let modelType = "llama"
  public static let causalClassName = "LlamaForCausalLM"
  public static let classificationClassName = "LlamaForSequenceClassification"

  public let vocabularySize: Int
  public let hiddenSize: Int
  public let layerCount: Int
  public let keyValueHeads: Int
  public let headSize: Int
  public let maximumPositions: Int
  public let initializerRange: Double
  public let tiesWordEmbeddings: Bool
  public let embeddingName = "model.embed_tokens.weight"

  private let intermediateSize: Int
  private let heads: Int
  private let epsilon: Float
  private let attention: AttentionShape
  private let rotatedHeads: [Int]
  private var rotaryTable: RotaryTable

  public init(_ configuration: ConfigurationReader) throws {
    vocabularySize = try configuration.requiredInt("vocab_size", in: 1...(1 << 24))
    hiddenSize = try configuration.requiredInt("hidden_size", in: 1...(1 << 20))
    intermediateSize = try configuration.requiredInt("intermediate_size", in: 1...(1 << 22))
    layerCount = try configuration.requiredInt("num_hidden_layers", in: 1...10_000)
    heads = try configuration.requiredInt("num_attention_heads", in: 1...65_536)
    keyValueHeads = try configuration.optionalInt("num_key_value_heads", in: 1...65_536) ?? heads
    guard heads % keyValueHeads == 0 else {
      throw configuration.invalid(
        "num_key_value_heads", "is \(keyValueHeads), which does not divide num_attention_heads (\(heads))")
    }
    if let size = try configuration.optionalInt("head_dim", in: 1...65_536) {
      headSize = size
    } else {
      guard hiddenSize % heads == 0 else {
        throw configuration.invalid(
          "num_attention_heads", "is \(heads), which does not divide hidden_size (\(hiddenSize))")
      }
      headSize = hiddenSize / heads
    }
    guard headSize % 2 == 0 else {
      throw configuration.invalid("head_dim", "is \(headSize); rotary positions need an even size")
    }
    maximumPositions = try configuration.optionalInt("max_position_embeddings", in: 1...(1 << 24)) ?? 2048
    epsilon = Float(try configuration.optionalDouble("rms_norm_eps", in: 0...1) ?? 1e-6)
    initializerRange = try configuration.optionalDouble("initializer_range", in: 0...10) ?? 0.02
    tiesWordEmbeddings = try configuration.optionalBool("tie_word_embeddings") ?? false
    try configuration.refuse("hidden_act", unless: "silu", "swish")
    try configuration.refuse("attention_bias", unless: false)
    try configuration.refuse("mlp_bias", unless: false)
    let theta = try Self.rotaryBase(configuration)
    attention = AttentionShape(heads: heads, keyValueHeads: keyValueHeads, headSize: headSize)
    rotatedHeads = attention.queries + attention.keys
    rotaryTable = RotaryTable(
      inverseFrequencies: Self.inverseFrequencies(base: theta, headSize: headSize), positions: 0)
  }

  /// The base of the rotary frequencies; newer configurations keep it in `rope_parameters`.
  private static func rotaryBase(_ configuration: ConfigurationReader) throws -> Double {
    try configuration.refuse(
      "rope_scaling", unless: nil, reason: "scaled rotary positions are not implemented")
    guard let parameters = try configuration.nested("rope_parameters") else {
      return try configuration.optionalDouble("rope_theta", in: 1...1e12) ?? 10_000
    }
    try parameters.refuse("rope_type", unless: "default")
    return try parameters.optionalDouble("rope_theta", in: 1...1e12) ?? 10_000
  }

  /// `base^(-2i / size)` for each pair, in Float32 as the reference computes it.
  static func inverseFrequencies(base: Double, headSize: Int) -> [Float] {
    (0..<headSize / 2).map { 1 / Foundation.pow(Float(base), Float(2 * $0) / Float(headSize)) }
  }

  public var parameters: [ParameterSpecification] {
    let normal = ParameterSpecification.Initialization.normal(Float(initializerRange))
    var list = [ParameterSpecification(embeddingName, [vocabularySize, hiddenSize], normal)]
    for layer in 0..<layerCount {
      let names = LayerNames(layer)
      list += [
        ParameterSpecification(names.query, [heads * headSize, hiddenSize], normal),
        ParameterSpecification(names.key, [keyValueHeads * headSize, hiddenSize], normal),
        ParameterSpecification(names.value, [keyValueHeads * headSize, hiddenSize], normal),
        ParameterSpecification(names.output, [hiddenSize, heads * headSize], normal),
        ParameterSpecification(names.gate, [intermediateSize, hiddenSize], normal),
        ParameterSpecification(names.up, [intermediateSize, hiddenSize], normal),
        ParameterSpecification(names.down, [hiddenSize, intermediateSize], normal),
        ParameterSpecification(names.attentionNorm, [hiddenSize], .ones),
        ParameterSpecification(names.feedForwardNorm, [hiddenSize], .ones),
      ]
    }
    return list + [ParameterSpecification("model.norm.weight", [hiddenSize], .ones)]
  }

  public func hiddenStates(_ tape: Tape, _ batch: TokenBatch, cache: KeyValueCache?) -> Tensor {
    let last = Int(batch.positions.max() ?? 0)
    if last >= rotaryTable.positions { rotaryTable = rotaryTable.extended(to: last + 1 + last / 2) }
    let store = tape.parameters
    var x = tape.embedding(store[embeddingName], batch.tokens)
    for layer in 0..<layerCount {
      let names = LayerNames(layer)
      x = tape.layer(x) { x in
        // [tokens, hidden] → [tokens, queries | keys | values]
        let normed = tape.rmsNorm(x, store[names.attentionNorm], epsilon: epsilon)
        let projected = tape.linear(normed, store[[names.query, names.key, names.value]])
        tape.rotary(projected, heads: rotatedHeads, positions: batch.positions, rotaryTable)
        let mixed = tape.causalAttention(projected, attention, batch.segments, cache: cache?.layer(layer))
        let attended = tape.add(x, tape.linear(mixed, store[names.output]))
        // [tokens, hidden] → [tokens, gate | up] → [tokens, hidden]
        let inner = tape.rmsNorm(attended, store[names.feedForwardNorm], epsilon: epsilon)
        let gated = tape.swiGLU(tape.linear(inner, store[[names.gate, names.up]]))
        return tape.add(attended, tape.linear(gated, store[names.down]))
      }
    }
    cache?.advance(batch.segments)
    return tape.rmsNorm(x, store["model.norm.weight"], epsilon: epsilon)
  }

  /// Names of one layer's parameters in the model's files.
  private struct LayerNames {
    let query, key, value, output, gate, up, down, attentionNorm, feedForwardNorm: String

    init(_ layer: Int) {
      let prefix = "model.layers.\(layer)."
      query = prefix + "self_attn.q_proj.weight"
      key = prefix + "self_attn.k_proj.weight"
      value = prefix + "self_attn.v_proj.weight"
      output = prefix + "self_attn.o_proj.weight"
      gate = prefix + "mlp.gate_proj.weight"
      up = prefix + "mlp.up_proj.weight"
      down = prefix + "mlp.down_proj.weight"
      attentionNorm = prefix + "input_layernorm.weight"
      feedForwardNorm = prefix + "post_attention_layernorm.weight"
    }
  }
}
