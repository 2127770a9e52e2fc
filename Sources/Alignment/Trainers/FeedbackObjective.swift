import Compute
import DataLoading
import LanguageModels

/// Training on answers that were rated one by one (KTO).
///
/// The divergence from the reference is estimated on mismatched pairs, as TRL 1.16 builds them: in a batch
/// `(x_1, y_1) … (x_n, y_n)` each prompt is joined with the answer before, `(x_1, y_n), (x_2, y_1) … (x_n, y_{n-1})`,
/// cut to the greatest length; `z` is the mean of their log-ratios, at least 0. TRL joins rows once, in the
/// order of the file, and so must never shuffle; here the batch that was drawn is joined, which is the same
/// without shuffling. A last batch of one row is joined with itself.
///
/// Metrics (TRL's names): `loss`; `kl`, `z`; `rewards/chosen`, `rewards/rejected`, means of `β (log π - log ref)` of
/// desirable and undesirable answers; `rewards/margins`, their difference; `logps/chosen`, `logps/rejected`, means of
/// summed log-probabilities; `logits/chosen`, `logits/rejected`, the mean over answer tokens of the mean logit;
/// `entropy` over all answer tokens. Those of a side are left out where a batch has no row of it.
public final class FeedbackObjective: TrainingObjective {
  private let model: LanguageModel
  private let workspace: Workspace
  private let loss: ProspectLoss
  private let maximumLength: Int
  private let reference: ReferenceModel
  private let examples: [TokenizedFeedback]
  private let validation: [TokenizedFeedback]
  private var exampleReferences: ReferenceScores<Double>
  private var validationReferences: ReferenceScores<Double>

  /// - Parameters:
  ///   - reference: resident where the loss estimates the divergence: which rows meet is known by then only.
  ///   - maximumLength: tokens of a mismatched pair.
  public init(
    model: LanguageModel, reference: PreferenceReference, workspace: Workspace,
    examples: [TokenizedFeedback], validation: [TokenizedFeedback] = [], loss: ProspectLoss,
    maximumLength: Int
  ) {
    self.model = model
    self.workspace = workspace
    self.loss = loss
    self.maximumLength = maximumLength
    self.reference = ReferenceModel(reference)
    self.examples = examples
    self.validation = validation
    exampleReferences = ReferenceScores(rows: examples.count)
    validationReferences = ReferenceScores(rows: validation.count)
    precondition(
      !loss.estimatesDivergence || !self.reference.isFrozen, "the divergence needs a resident reference")
  }

  /// Rows that are validated or scored at a time.
  public static let rowsScored = 8

  /// Names of the figures of validation; those of a side are missing where no row is of it.
  public static let evaluationFigures =
    ["loss", "kl", "entropy", "rewards/margins"]
    + ["rewards", "logps", "logits"].flatMap { ["\($0)/chosen", "\($0)/rejected"] }

  public var exampleCount: Int { examples.count }

  /// Scores under a frozen reference what will be asked for, and lets the reference go.
  public func prepare(_ examples: [Int]) {
    guard reference.isFrozen else { return }
    _ = references(examples)
    _ = heldReferences(Array(validation.indices))
    reference.release()
  }

  public func stepped(_ step: Int) { reference.stepped(step, policy: model) }

  public func accumulate(_ indices: [Int], microBatchSize: Int, statistics: Bool) throws -> [Metric] {
    let rows = Array(zip(indices.map { examples[$0] }, references(indices)))
    let figures = run(
      rows, microBatchSize: microBatchSize, recording: true, statistics: statistics)
    return [Metric("loss", figures.loss)] + (statistics ? figures.metrics : [])
  }

  public func tokenCount(of indices: [Int]) -> Int {
    indices.reduce(0) { $0 + examples[$1].sequence.ids.count }
  }

  /// The reference, if it moves, and what it said of rows.
  public func carry(_ state: CheckpointCoder) throws {
    try reference.carry(state)
    try exampleReferences.carry(state)
    try validationReferences.carry(state)
  }

  /// The validation rows count as one batch.
  public func evaluate() throws -> [Metric] {
    guard !validation.isEmpty else { return [] }
    let rows = Array(zip(validation, heldReferences(Array(validation.indices))))
    let figures = run(rows, microBatchSize: Self.rowsScored, recording: false, statistics: true)
    return [Metric("loss", figures.loss)] + figures.metrics
  }

  private func run(
    _ rows: [(row: TokenizedFeedback, reference: Double)], microBatchSize: Int, recording: Bool,
    statistics: Bool
  ) -> FeedbackFigures {
    let divergence = divergence(of: rows.map(\.row), microBatchSize: microBatchSize)
    let share = 1 / Double(rows.count)
    var figures = FeedbackFigures(divergence: loss.estimatesDivergence ? divergence : 0)
    for part in rows.parts(of: microBatchSize) {
      let tape = Tape(model.parameters, workspace: workspace, recording: recording)
      let batch = PredictionBatch(part.lazy.map(\.row.sequence), for: model)
      let head = model.predict(batch, tape, statistics: statistics)
      var gradient = Array(repeating: Float(0), count: head.logProbabilities.count)
      for ((row, reference), tokens) in zip(part, batch.outputRanges) {
        let logp = head.logProbability(of: tokens)
        let result = loss(logRatio: logp - reference, isDesirable: row.isDesirable, divergence: divergence)
        for position in tokens { gradient[position] = Float(result.slope * share) }
        figures.add(
          head, tokens, isDesirable: row.isDesirable, reward: loss.beta * (logp - reference), logp: logp,
          loss: result.loss * share)
      }
      if recording {
        head.gradient = gradient
        tape.backward()
      }
      workspace.arena.reset()
    }
    return figures
  }

  /// `z` of a batch; 0 for a loss without.
  private func divergence(of rows: [TokenizedFeedback], microBatchSize: Int) -> Double {
    guard loss.estimatesDivergence, let last = rows.last else { return 0 }
    let mismatched = zip(rows, [last] + rows).map { $0.mismatched(with: $1, maximumLength: maximumLength) }
    var policy = score(mismatched, model, partSize: microBatchSize)[...]
    if let reference = reference.model {
      policy = zip(policy, score(mismatched, reference, partSize: microBatchSize)).map { $0 - $1 }[...]
    }
    return max(0, policy.reduce(0, +) / Double(rows.count))
  }

  // MARK: Reference

  private func references(_ indices: [Int]) -> [Double] {
    exampleReferences(
      indices, under: reference, key: { examples[$0].sequence.scoreKey },
      { score($0.map { examples[$0].sequence }, $1) }, without: 0)
  }

  private func heldReferences(_ indices: [Int]) -> [Double] {
    validationReferences(
      indices, under: reference, key: { validation[$0].sequence.scoreKey },
      { score($0.map { validation[$0].sequence }, $1) }, without: 0)
  }

  private func score(
    _ sequences: [TokenizedSequence], _ model: LanguageModel, partSize: Int = rowsScored
  ) -> [Double] {
    sequences.parts(of: partSize).flatMap { part in
      let tape = Tape(model.parameters, workspace: workspace, recording: false)
      let batch = PredictionBatch(part, for: model)
      let head = model.predict(batch, tape)
      workspace.arena.reset()
      return batch.outputRanges.map { head.logProbability(of: $0) }
    }
  }
}

extension HeadOutput {
  /// Log-probability of some tokens together, in nats.
  func logProbability(of tokens: Range<Int>) -> Double {
    logProbabilities[tokens].reduce(0.0) { $0 + Double($1) }
  }
}
