import JSONText
import Pipeline
import Tokenization

/// The shape of a model to be trained from nothing, in the words of `config.json`.
struct ModelShape: Configurable, Hashable {
  var hiddenSize = 128
  /// 0 means 8/3 of the hidden size, rounded up to a multiple of 32.
  var intermediateSize = 0
  var layers = 4
  var heads = 4
  /// 0 means as many as `heads`.
  var keyValueHeads = 0
  var maximumPositions = 512
  var epsilon = 1e-5
  var rotaryBase = 10_000.0
  var tiesEmbeddings = true
  var initializerRange = 0.02

  static var fields: [Field<Self>] {
    [
      .integer("hidden_size", \.hiddenSize, in: 1...65_536, "Width of the residual stream."),
      .integer(
        "intermediate_size", \.intermediateSize, in: 0...1_048_576,
        "Width of the feed-forward layers; 0 means 8/3 of hidden_size."),
      .integer("num_hidden_layers", \.layers, in: 1...1_000, "Layers."),
      .integer("num_attention_heads", \.heads, in: 1...4_096, "Query heads."),
      .integer(
        "num_key_value_heads", \.keyValueHeads, in: 0...4_096,
        "Key and value heads; 0 means num_attention_heads."),
      .integer("max_position_embeddings", \.maximumPositions, in: 2...1_048_576, "Longest sequence."),
      .number("rms_norm_eps", \.epsilon, in: 0...1, "Added to the mean square in norms."),
      .number("rope_theta", \.rotaryBase, in: 1...1e12, "Base of the rotary frequencies."),
      .boolean(
        "tie_word_embeddings", \.tiesEmbeddings, "Whether the vocabulary head is the embedding table."),
      .number("initializer_range", \.initializerRange, in: 0...1, "Standard deviation of fresh weights."),
    ]
  }

  var problems: [ConfigurationProblem] {
    var problems: [ConfigurationProblem] = []
    if hiddenSize % heads != 0 || hiddenSize / heads % 2 != 0 {
      problems.append(
        ConfigurationProblem(
          key: "model.num_attention_heads",
          "is \(heads), which does not divide hidden_size (\(hiddenSize)) into heads of even size"))
    }
    if keyValueHeads > 0, heads % keyValueHeads != 0 {
      problems.append(
        ConfigurationProblem(
          key: "model.num_key_value_heads",
          "is \(keyValueHeads), which does not divide num_attention_heads (\(heads))"))
    }
    return problems
  }

  /// A complete `config.json` of a Llama for the tokenizer.
  func configuration(for tokenizer: Tokenizer) -> JSON {
    let special = tokenizer.specialTokens
    let inner = intermediateSize > 0 ? intermediateSize : (hiddenSize * 8 / 3 + 31) / 32 * 32
    return [
      "architectures": ["LlamaForCausalLM"], "model_type": "llama",
      "vocab_size": .integer(tokenizer.vocabularySize), "hidden_size": .integer(hiddenSize),
      "intermediate_size": .integer(inner), "num_hidden_layers": .integer(layers),
      "num_attention_heads": .integer(heads),
      "num_key_value_heads": .integer(keyValueHeads > 0 ? keyValueHeads : heads),
      "head_dim": .integer(hiddenSize / heads), "max_position_embeddings": .integer(maximumPositions),
      "rms_norm_eps": .number(epsilon),
      "rope_parameters": ["rope_theta": .number(rotaryBase), "rope_type": "default"],
      "rope_theta": .number(rotaryBase), "hidden_act": "silu", "attention_bias": false,
      "attention_dropout": 0.0, "mlp_bias": false, "tie_word_embeddings": .bool(tiesEmbeddings),
      "initializer_range": .number(initializerRange),
      "bos_token_id": JSON((special.bos ?? special.eos).map { Int($0.id) }),
      "eos_token_id": JSON(special.eos.map { Int($0.id) }),
      "pad_token_id": JSON(special.pad.map { Int($0.id) }), "use_cache": true, "dtype": "float32",
    ]
  }
}
