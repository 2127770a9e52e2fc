/// The sizes that every transformer has, whatever its configuration calls them.
public struct TransformerShape: Sendable, Hashable {
  public let vocabularySize: Int
  /// Width of the residual stream.
  public let hiddenSize: Int
  /// Width of the feed-forward layers.
  public let intermediateSize: Int
  public let layers: Int
  public let heads: Int
  /// Fewer than `heads` when several query heads share a key and a value head.
  public let keyValueHeads: Int
  public let headSize: Int
  /// Longest sequence the model was made for.
  public let maximumPositions: Int
  /// Standard deviation of fresh weights.
  public let initializerRange: Double
  /// Whether the vocabulary head is the embedding table.
  public let tiesWordEmbeddings: Bool
}

extension TransformerShape {
  /// What a family's `config.json` calls the sizes, and what it means where a key is absent.
  struct Keys {
    var hiddenSize = "hidden_size"
    var intermediateSize = "intermediate_size"
    /// Of the hidden size, where `intermediateSize` may be absent; nil where it must be there.
    var intermediateMultiple: Int?
    var layers = "num_hidden_layers"
    var heads = "num_attention_heads"
    /// Nil where every head has its own key and value.
    var keyValueHeads: String? = "num_key_value_heads"
    /// Nil where a head is always its share of the hidden size.
    var headSize: String? = "head_dim"
    var maximumPositions = "max_position_embeddings"
    var defaultPositions = 2048
    var tiesByDefault = false
  }

  /// - Throws: `Diagnostic` that names the key of a size that is missing, out of range or does not divide another.
  init(_ configuration: ConfigurationReader, _ keys: Keys = Keys()) throws {
    vocabularySize = try configuration.requiredInt("vocab_size", in: 1...(1 << 24))
    hiddenSize = try configuration.requiredInt(keys.hiddenSize, in: 1...(1 << 20))
    if let multiple = keys.intermediateMultiple {
      intermediateSize =
        try configuration.optionalInt(keys.intermediateSize, in: 1...(1 << 22)) ?? multiple * hiddenSize
    } else {
      intermediateSize = try configuration.requiredInt(keys.intermediateSize, in: 1...(1 << 22))
    }
    layers = try configuration.requiredInt(keys.layers, in: 1...10_000)
    heads = try configuration.requiredInt(keys.heads, in: 1...65_536)
    keyValueHeads =
      try keys.keyValueHeads.flatMap { try configuration.optionalInt($0, in: 1...65_536) } ?? heads
    if let key = keys.keyValueHeads, heads % keyValueHeads != 0 {
      throw configuration.invalid(key, "is \(keyValueHeads), which does not divide \(keys.heads) (\(heads))")
    }
    if let size = try keys.headSize.flatMap({ try configuration.optionalInt($0, in: 1...65_536) }) {
      headSize = size
    } else {
      guard hiddenSize % heads == 0 else {
        throw configuration.invalid(
          keys.heads, "is \(heads), which does not divide \(keys.hiddenSize) (\(hiddenSize))")
      }
      headSize = hiddenSize / heads
    }
    maximumPositions =
      try configuration.optionalInt(keys.maximumPositions, in: 1...(1 << 24)) ?? keys.defaultPositions
    initializerRange = try configuration.optionalDouble("initializer_range", in: 0...10) ?? 0.02
    tiesWordEmbeddings = try configuration.optionalBool("tie_word_embeddings") ?? keys.tiesByDefault
  }
}

extension TransformerShape {
  /// Values that a recording tape keeps of a token in a layer.
  ///
  /// - Parameter feedForward: tensors of the intermediate size; three with a gate, two without.
  func tapeWidth(feedForward: Int) -> Int {
    4 * hiddenSize + 2 * (heads + keyValueHeads) * headSize + heads + feedForward * intermediateSize
  }
}
