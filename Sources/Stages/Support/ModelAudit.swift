import Alignment
import DataLoading
import Diagnostics
import LanguageModels
import Pipeline
import Tokenization

/// Looks at the models and tokenizers of a stage before anything runs: configuration, tokenizer, the name, shape and
/// type of every tensor, and whether they can work together.
struct ModelAudit {
  /// The adapter that the model of the port `model` is to train.
  private let lora: LowRankOptions?
  /// Whether the stage says how messages are rendered, whatever the models were trained with.
  private let declaresTemplate: Bool
  private(set) var diagnostics: [Diagnostic] = []
  private var models: [(input: StageInput, outline: ModelOutline)] = []
  /// The tokenizer that rows are read with, if it is there yet.
  private(set) var tokenizer: Tokenizer?

  /// - Parameters:
  ///   - lora: the adapter that the model of the port `model` is to train.
  ///   - data: how the stage reads rows, and with which chat template.
  init(_ inputs: [StageInput], lora: LowRankOptions? = nil, data: DataOptions? = nil) {
    self.lora = lora
    declaresTemplate = data?.chatTemplate != nil
    for input in inputs { diagnostics += DataAudit.problems { try inspect(input) } }
    tokenizer = tokenizer ?? models.first?.outline.tokenizer
    diagnostics += disagreements
  }

  /// Warns of answers that end with another token than the one at which the model stops.
  func endlessAnswers(_ rows: [TokenizedSequence], file: String) -> [Diagnostic] {
    guard let model = models.first?.outline, let turn = model.tokenizer.chatTemplate?.endOfTurn,
      let end = model.tokenizer.id(of: turn), !model.endIDs.contains(end)
    else { return [] }
    let stops = rows.contains { row in zip(row.ids, row.trained).contains { $1 && model.endIDs.contains($0) }
    }
    if stops { return [] }
    return [
      Diagnostic(
        .endlessAnswers,
        "answers end with \(turn), but the model stops at \(model.tokenizer.specialTokens.eos?.text ?? "nothing"),"
          + " which no row trains: what it writes would run on", at: SourceLocation(file: file),
        hint: "name \(turn) as eos_token of the tokenizer, or in eos_token_id of generation_config.json",
        severity: .warning)
    ]
  }

  /// Positions of the shortest model that is there yet.
  var positions: Int { models.map(\.outline.maximumPositions).min() ?? .max }

  private mutating func inspect(_ input: StageInput) throws {
    switch input.type {
    case .model:
      models.append(
        (
          input,
          try LanguageModel.inspect(
            directory: input.path, head: .vocabulary, displayName: input.displayName, adapters: use(of: input)
          )
        ))
    case .rewardModel:
      models.append(
        (
          input,
          try LanguageModel.inspect(
            directory: input.path, head: .scalar, displayName: input.displayName, adapters: use(of: input))
        ))
      let record = try RewardRecord.read(from: input.path, displayName: input.displayName)
      if let suspicion = record?.suspicion {
        diagnostics.append(.suspiciousReward(input.displayName, suspicion))
      }
    case .classifier:
      let head = try LanguageModel.Head.classifier(in: input.path, displayName: input.displayName)
      models.append(
        (
          input,
          try LanguageModel.inspect(
            directory: input.path, head: head, displayName: input.displayName, adapters: use(of: input))
        ))
    case .adapter: _ = try AdapterDirectory(input.path, displayName: input.displayName)
    case .tokenizer: tokenizer = try Tokenizer.load(directory: input.path)
    case .text, .demonstrations, .preferences, .feedback, .prompts, .labels, .completions, .report: break
    }
  }

  /// Models that read the same tokens in another way than the first: what one says of the other's text is noise.
  private var disagreements: [Diagnostic] {
    guard let first = models.first else { return [] }
    return models.dropFirst().compactMap { model in
      model.outline.tokenizer.disagreement(
        with: first.outline.tokenizer, names: (model.input.namedPort, first.input.namedPort),
        file: model.input.displayName, comparesTemplates: !declaresTemplate)
    }
  }

  private func use(of input: StageInput) -> AdapterUse {
    guard let lora, input.port == "model" else { return .asStored }
    return .trained(lora, base: nil)
  }
}

extension StageInput {
  /// The port and what is connected to it, as ``model` (sft.model)`.
  var namedPort: String { "`\(name ?? port)` (\(label))" }
}

extension Diagnostic {
  static func suspiciousReward(_ file: String, _ suspicion: String) -> Diagnostic {
    Diagnostic(
      .suspiciousReward, "the reward model \(suspicion)", at: SourceLocation(file: file),
      hint: "look at the rows that `plumb check` shows", severity: .warning)
  }
}

extension DiagnosticCode {
  static let suspiciousReward = DiagnosticCode("E521", "a reward model is right less often than a coin")
  static let endlessAnswers = DiagnosticCode("E525", "a model does not stop where its answers end")
  static let shortenedLength = DiagnosticCode("E522", "a length is more than a model's positions")
}
