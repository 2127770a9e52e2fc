import Diagnostics
import JSONText
import LanguageModels
import Pipeline
import Tokenization

/// The shape of a model to be trained from nothing, in the words of `config.json`.
struct ModelShape: Configurable, Hashable {
  var modelType = Llama.modelType
  var fresh = FreshShape()

  static var fields: [Field<Self>] {
    [
      .string("model_type", \.modelType, "Architecture: llama, qwen2, gpt2 or gpt_neox."),
      .integer("hidden_size", \.fresh.hiddenSize, in: 1...65_536, "Width of the residual stream."),
      .optional(
        "intermediate_size", \.fresh.intermediateSize, .integer(in: 1...1_048_576),
        "Width of the feed-forward layers; null means 8/3 of hidden_size with a gate, 4 times without."),
      .integer("num_hidden_layers", \.fresh.layers, in: 1...1_000, "Layers."),
      .integer("num_attention_heads", \.fresh.heads, in: 1...4_096, "Query heads."),
      .optional(
        "num_key_value_heads", \.fresh.keyValueHeads, .integer(in: 1...4_096),
        "Key and value heads; null means num_attention_heads."),
      .integer("max_position_embeddings", \.fresh.maximumPositions, in: 2...1_048_576, "Longest sequence."),
      .optional(
        "rms_norm_eps", \.fresh.rmsEpsilon, .number(in: 0...1),
        "Added to the mean square in RMS norms; null means 1e-5."),
      .optional(
        "layer_norm_eps", \.fresh.layerEpsilon, .number(in: 0...1),
        "Added to the variance in layer norms; null means 1e-5."),
      .optional(
        "rope_theta", \.fresh.rotaryBase, .number(in: 1...1e12),
        "Base of the rotary frequencies; null means 10000."),
      .optional(
        "partial_rotary_factor", \.fresh.rotaryShare, .number(in: 0...1),
        "Share of each head that is rotated in gpt_neox; null means 0.25."),
      .optional(
        "use_parallel_residual", \.fresh.isParallel, .boolean,
        "Whether attention and feed-forward layers of gpt_neox read the same input; null means true."),
      .boolean(
        "tie_word_embeddings", \.fresh.tiesWordEmbeddings,
        "Whether the vocabulary head is the embedding table."),
      .number(
        "initializer_range", \.fresh.initializerRange, in: 0...1, "Standard deviation of fresh weights."),
    ]
  }

  private static var architectures: [any Architecture.Type] { ArchitectureRegistry.architectures }
  private var architecture: (any Architecture.Type)? {
    Self.architectures.first { $0.modelType == modelType }
  }

  var problems: [ConfigurationProblem] {
    guard let architecture else {
      let known = Self.architectures.map { $0.modelType }
      return [
        ConfigurationProblem(
          key: "model.model_type", "is '\(modelType)'; supported: \(known.joined(separator: ", "))",
          hint: nearestName(to: modelType, among: known).map { "did you mean '\($0)'?" })
      ]
    }
    var problems = fresh.given.filter { !architecture.freshOptions.contains($0) }.map {
      ConfigurationProblem(key: "model.\($0.rawValue)", "has no effect with `model_type: \(modelType)`")
    }
    let (hidden, heads) = (fresh.hiddenSize, fresh.heads)
    let rotates = architecture.freshOptions.contains(.rotaryBase)
    if hidden % heads != 0 || (rotates && hidden / heads % 2 != 0) {
      problems.append(
        ConfigurationProblem(
          key: "model.num_attention_heads",
          "is \(heads), which does not divide hidden_size (\(hidden)) into heads"
            + (rotates ? " of even size" : "")))
    }
    if let shared = fresh.keyValueHeads, heads % shared != 0 {
      problems.append(
        ConfigurationProblem(
          key: "model.num_key_value_heads",
          "is \(shared), which does not divide num_attention_heads (\(heads))"))
    }
    return problems
  }

  /// A complete `config.json` for the tokenizer; of a Llama if `problems` has not refused the architecture.
  func configuration(for tokenizer: Tokenizer) -> JSON {
    let architecture = architecture ?? Llama.self
    let special = tokenizer.specialTokens
    let general: [JSON.Member] = [
      JSON.Member("architectures", [.string(architecture.causalClassName)]),
      JSON.Member("model_type", .string(architecture.modelType)),
      JSON.Member("vocab_size", .integer(tokenizer.vocabularySize)),
    ]
    let closing: [JSON.Member] = [
      JSON.Member("tie_word_embeddings", .bool(fresh.tiesWordEmbeddings)),
      JSON.Member("initializer_range", .number(fresh.initializerRange)),
      JSON.Member("bos_token_id", JSON((special.bos ?? special.eos).map { Int($0.id) })),
      JSON.Member("eos_token_id", JSON(special.eos.map { Int($0.id) })),
      JSON.Member("pad_token_id", JSON(special.pad.map { Int($0.id) })), JSON.Member("use_cache", true),
      JSON.Member("dtype", "float32"),
    ]
    return .object(general + (architecture.configuration(of: fresh).members ?? []) + closing)
  }
}
