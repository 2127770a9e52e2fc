import Foundation
import JSONText
import LanguageModels
import Pipeline
import Stages
import Testing
import Tokenization

extension StageBench {
  /// One token per byte; EOS is `<|endoftext|>`, turns are those of ChatML.
  static func byteTokenizer() throws -> Tokenizer {
    try Tokenizer.train(texts: ["a"], options: BPETrainingOptions(vocabularySize: vocabulary))
  }

  /// The width of a tiny model, which none of its other sizes is.
  private static let width = 12
  private static let vocabulary = 260

  /// A tiny model with fresh weights and 64 positions as an input.
  ///
  /// - Parameter tokenizer: one token per byte if nil.
  func model(tokenizer: Tokenizer? = nil, port: String, type: PortType = .model) throws -> StageInput {
    let tokenizer = try tokenizer ?? Self.byteTokenizer()
    let model = try LanguageModel.make(
      configuration: [
        "architectures": ["LlamaForCausalLM"], "model_type": "llama",
        "vocab_size": .integer(tokenizer.vocabularySize), "hidden_size": .integer(Self.width),
        "intermediate_size": 16,
        "num_hidden_layers": 1, "num_attention_heads": 2, "num_key_value_heads": 2, "head_dim": 4,
        "max_position_embeddings": 64, "rms_norm_eps": 1e-5, "rope_theta": 10000.0, "hidden_act": "silu",
        "attention_bias": false, "mlp_bias": false, "tie_word_embeddings": true, "initializer_range": 0.02,
      ], tokenizer: tokenizer, seed: 1, displayName: "test")
    let url = directory.appendingPathComponent("\(port)-\(UUID().uuidString)", isDirectory: true)
    try model.save(to: url)
    if type == .rewardModel { try LanguageModel.load(directory: url, head: .scalar).save(to: url) }
    return StageInput(
      port: port, type: type, digest: String(repeating: "0", count: 64), path: url, label: "made.\(port)")
  }

  /// A model of a given width and vocabulary that takes no disk: its weights file is a header and a hole.
  func hollowModel(width: Int, vocabulary: Int, port: String, type: PortType = .model) throws -> StageInput {
    let model = try model(port: port, type: type)
    let config = model.path.appendingPathComponent("config.json")
    let members = try #require(JSON.parse([UInt8](Data(contentsOf: config)), file: "config.json").members)
    let sizes = ["vocab_size": vocabulary, "hidden_size": width]
    let widened = members.map { JSON.Member($0.key, sizes[$0.key].map(JSON.integer) ?? $0.value) }
    try Data(JSON.object(widened).compact.utf8).write(to: config)
    let weights = model.path.appendingPathComponent("model.safetensors")
    let bytes = try Data(contentsOf: weights)
    let length = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    var end = 0
    let header = try JSON.parse([UInt8](bytes.dropFirst(8).prefix(length)), file: "header").members ?? []
    let tensors = header.map { member -> JSON.Member in
      guard let sizes = member.value["shape"]?.arrayValue?.compactMap(\.intValue) else { return member }
      let shape = sizes.map { $0 == Self.width ? width : $0 == Self.vocabulary ? vocabulary : $0 }
      let start = end
      end += 4 * shape.reduce(1, *)
      return JSON.Member(
        member.key,
        [
          "dtype": "F32", "shape": .array(shape.map(JSON.integer)),
          "data_offsets": [.integer(start), .integer(end)],
        ])
    }
    let text = Data(JSON.object(tensors).compact.utf8)
    try (withUnsafeBytes(of: UInt64(text.count).littleEndian) { Data($0) } + text).write(to: weights)
    let file = try FileHandle(forWritingTo: weights)
    try file.truncate(atOffset: UInt64(8 + text.count + end))
    try file.close()
    return model
  }

  /// What a kind says of inputs before anything runs.
  static func audit(_ kind: String, _ configuration: JSON, inputs: [StageInput]) throws -> StageAudit {
    func look<Kind: StageKind>(_ kind: Kind.Type) -> StageAudit {
      Kind.audit(Kind.Configuration.decode(configuration).0, inputs: inputs)
    }
    return look(try known(kind))
  }

  /// What a kind would need; nil if that cannot be said of the inputs.
  static func estimate(_ kind: String, _ configuration: JSON, inputs: [StageInput]) throws
    -> ResourceEstimate?
  {
    func look<Kind: StageKind>(_ kind: Kind.Type) -> ResourceEstimate? {
      Kind.estimate(Kind.Configuration.decode(configuration).0, inputs: inputs)
    }
    return look(try known(kind))
  }

  /// Names of metrics that a requirement on a stage may be about; nil if only a run can tell.
  static func metricNames(_ kind: String, _ configuration: JSON, inputs: [StageInput]) throws -> Set<String>?
  {
    let connected = Set(
      inputs.flatMap { input in [input.port] + (input.name.map { ["\(input.port).\($0)"] } ?? []) })
    func look<Kind: StageKind>(_ kind: Kind.Type) -> [String]? {
      Kind.metricNames(Kind.Configuration.decode(configuration).0, connected: connected)
    }
    return try look(known(kind)).map(Set.init)
  }
}
