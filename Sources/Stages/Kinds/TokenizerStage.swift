import Diagnostics
import Foundation
import Pipeline
import Tokenization

/// Trains a byte-level BPE tokenizer on plain text.
enum TokenizerStage: StageKind {
  struct Configuration: Configurable {
    var vocabularySize = 1024
    var minimumFrequency = 2
    var specialTokens = ["<|endoftext|>", "<|pad|>", "<|im_start|>", "<|im_end|>"]
    var endToken = "<|endoftext|>"
    var paddingToken = "<|pad|>"
    var beginToken: String?
    var chatTemplate = ChatForm.chatml

    /// How messages are rendered by models that use the tokenizer.
    enum ChatForm: String, CaseIterable, Sendable {
      case chatml, llama3, zephyr, mistral, smollm, plain, none

      var family: ChatFamily? { ChatFamily(rawValue: rawValue) }
    }

    static var fields: [Field<Self>] {
      [
        .integer(
          "vocab_size", \.vocabularySize, in: 257...1_000_000,
          "Tokens in all: special tokens, 256 bytes, merges."),
        .integer(
          "min_frequency", \.minimumFrequency, in: 1...1_000_000_000, "Pairs seen less often are not merged."),
        .list("special_tokens", \.specialTokens, of: .string, "Tokens with the lowest ids, never split."),
        .string("eos_token", \.endToken, "Ends a text."),
        .string("pad_token", \.paddingToken, "Fills batches in other tools; Plumbline never pads."),
        .optional("bos_token", \.beginToken, .string, "Begins a text; null for none."),
        .choice("chat_template", \.chatTemplate, "How messages are rendered."),
      ]
    }
  }

  static let name = "tokenizer"
  static let version = 1
  static let summary = "Trains a byte-level BPE tokenizer."
  static let inputs = [InputPort("corpus", [.text], .many, summary: "Plain text to learn from.")]
  static let outputs = [OutputPort("tokenizer", .tokenizer, summary: "Directory with tokenizer.json.")]

  static func problems(in configuration: Configuration, connected: Set<String>) -> [ConfigurationProblem] {
    let special = configuration.specialTokens
    var problems = [
      ("eos_token", configuration.endToken as String?), ("pad_token", configuration.paddingToken),
      ("bos_token", configuration.beginToken),
    ].compactMap { key, token in
      token.flatMap { special.contains($0) ? nil : $0 }.map {
        ConfigurationProblem(key: key, "is \"\($0)\", which is not among special_tokens")
      }
    }
    if configuration.endToken == configuration.paddingToken {
      problems.append(
        ConfigurationProblem(
          key: "pad_token", "must differ from eos_token, so that padding never hides an end"))
    }
    if Set(special).count != special.count || special.contains("") {
      problems.append(ConfigurationProblem(key: "special_tokens", "must be distinct and not empty"))
    }
    if let family = configuration.chatTemplate.family {
      let missing = family.tokens.filter { !special.contains($0) }
      if !missing.isEmpty {
        problems.append(
          ConfigurationProblem(
            key: "special_tokens",
            "lacks \(missing.joined(separator: " and ")), which chat_template: \(family.rawValue) needs",
            hint: "add them, or set chat_template: plain"))
      }
    }
    if configuration.vocabularySize < special.count + 256 {
      problems.append(
        ConfigurationProblem(
          key: "vocab_size", "must be at least \(special.count + 256): 256 bytes and the special tokens"))
    }
    return problems
  }

  static func audit(_ configuration: Configuration, inputs: [StageInput]) -> StageAudit {
    DataAudit.texts(inputs, ports: ["corpus"])
  }

  static func metricNames(_ configuration: Configuration, connected: Set<String>) -> [String]? {
    ["vocabulary_size"]
  }

  static func run(_ configuration: Configuration, in context: StageContext) throws {
    let template = configuration.chatTemplate.family.map {
      ChatTemplate(
        family: $0, beginOfText: configuration.beginToken ?? "", endOfText: configuration.endToken)
    }
    let options = BPETrainingOptions(
      vocabularySize: configuration.vocabularySize, minimumFrequency: configuration.minimumFrequency,
      specialTokens: configuration.specialTokens, bosToken: configuration.beginToken,
      eosToken: configuration.endToken, padToken: configuration.paddingToken, chatTemplate: template)
    let tokenizer = try Tokenizer.train(corpora: context.inputs("corpus").map(\.path), options: options) {
      context.events.progress(StageProgress(done: $0.merges, total: $0.total, unit: "merges"))
    }
    try context.cancellation.check()
    context.events.metric("vocabulary_size", step: 0, value: Double(tokenizer.vocabularySize))
    try tokenizer.write(to: context.output("tokenizer"))
  }
}
