import Alignment
import DataLoading
import LanguageModels
import Pipeline

extension MemoryEstimate {
  private static let rowSettings = "'micro_batch_size' or 'max_length'"

  /// What makes a training smaller: first what leaves its result as it is.
  static func advice(_ options: TrainingOptions, toLower settings: String) -> String {
    (options.gradientCheckpointing ? "" : "set 'gradient_checkpointing: true', or ") + "lower \(settings)"
  }

  /// How rows of a data input turn into the sequences of a pass.
  struct Rows: Sendable {
    /// The form that lengths are kept under.
    var form: String
    /// Rows that their trainer validates or scores at a time.
    var scored: Int
    /// Tokens of each row, all its sequences together.
    var tokens: @Sendable (RowTokenizer, [LocatedRecord]) throws -> [Int]
  }

  /// A stage that trains one model on rows of the port `data`.
  ///
  /// - Parameters:
  ///   - extra: more of what is held, given the model.
  ///   - sequence: tokens that every example has whatever its rows; nil where an example is a row.
  /// - Returns: nil as long as the model or the rows are not there.
  static func training(
    _ options: TrainingOptions, _ data: DataOptions, _ inputs: [StageInput],
    head: LanguageModel.Head = .vocabulary, rows: Rows, sequence: Int? = nil,
    extra: (inout MemoryEstimate, ModelFootprint) -> Void = { _, _ in }
  ) -> ResourceEstimate? {
    guard let input = inputs["model"], let model = input.footprint(head, lora: options.lora),
      let source = inputs["data"],
      let lengths = RowLengths.of(
        source, data.clamped(to: model.maximumPositions), model: input, form: rows.form, rows.tokens)
    else { return nil }
    var estimate = MemoryEstimate()
    estimate.train(model, options)
    let count = options.effectiveMicroBatchSize
    let tokens = sequence.map { min(count, lengths.count) * min($0, model.maximumPositions) }
    estimate.pass(
      model.training(tokens: tokens ?? lengths.most(of: count), recomputes: options.gradientCheckpointing))
    estimate.pass(model.inference(tokens: lengths.most(of: rows.scored)))
    extra(&estimate, model)
    estimate.read(inputs)
    return estimate.finished(advice: advice(options, toLower: rowSettings))
  }

  /// A stage that trains a model on plain text, cut into sequences.
  static func pretraining(
    _ options: TrainingOptions, length: Int, _ inputs: [StageInput], model: ModelFootprint
  ) -> ResourceEstimate {
    let length = min(length, model.maximumPositions)
    var estimate = MemoryEstimate()
    estimate.train(model, options)
    estimate.pass(
      model.training(
        tokens: options.effectiveMicroBatchSize * length, recomputes: options.gradientCheckpointing))
    estimate.pass(model.inference(tokens: SupervisedObjective.rowsScored * length))
    estimate.read(inputs)
    return estimate.finished(advice: advice(options, toLower: rowSettings))
  }
}

extension MemoryEstimate.Rows {
  /// Tokens of a prompt that further answers to it do not compute again.
  private static func shared(_ promptLength: Int) -> Int {
    promptLength < TokenBatch.leastShared ? 0 : promptLength
  }

  static func demonstrations(_ options: DemonstrationOptions = DemonstrationOptions()) -> Self {
    Self(form: "demonstrations \(options)", scored: SupervisedObjective.rowsScored) {
      try $0.demonstrations($1, options: options).rows.map(\.ids.count)
    }
  }

  static let pairs = Self(form: "pairs", scored: PreferenceObjective.rowsScored) {
    try $0.pairs($1).rows.map { pair in
      pair.chosen.ids.count + pair.rejected.ids.count - shared(pair.promptLength)
    }
  }

  static let rankings = Self(form: "rankings", scored: RewardObjective.rowsScored) {
    try $0.rankings($1, readsMargins: false).rows.map { ranking in
      ranking.candidates.reduce(0) { $0 + $1.ids.count }
        - (ranking.candidates.count - 1) * shared(ranking.promptLength)
    }
  }

  static let feedback = Self(form: "feedback", scored: FeedbackObjective.rowsScored) {
    try $0.feedback($1).rows.map(\.sequence.ids.count)
  }

  static let prompts = Self(form: "prompts", scored: 0) { try $0.prompts($1).rows.map(\.ids.count) }

  static let labelledTexts = Self(form: "labels", scored: ClassificationObjective.rowsScored) {
    try $0.labelledTexts($1).rows.map(\.ids.count)
  }
}
