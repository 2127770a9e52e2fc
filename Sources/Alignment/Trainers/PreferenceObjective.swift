import Compute
import DataLoading
import LanguageModels

/// Training on pairs of answers: the DPO family against a reference, and methods without one.
///
/// Log-probabilities of the reference are computed once per row and kept until it moves. A loss that couples the pairs
/// of a batch has all log-probabilities before the first gradient: where a batch is cut into micro-batches, they are
/// computed once more. Metrics (TRL's names): `loss`; `rewards/chosen`, `rewards/rejected`, means of
/// `β (log π - log ref)` whatever the divergence, without reference of `β` times the mean log-probability of a token;
/// `rewards/accuracies`, the share of pairs whose chosen reward is greater; `rewards/margins`; `logps/chosen`,
/// `logps/rejected`, means of summed log-probabilities, without reference of mean ones; `logits/chosen`,
/// `logits/rejected`, the mean over answer tokens of the mean logit; `entropy` over the answer tokens of both sides;
/// `mean_token_accuracy` over those of chosen answers; the loss's own.
public final class PreferenceObjective: TrainingObjective {
  /// Log-probabilities of a pair's answers under the reference, in nats.
  private typealias Reference = (chosen: Double, rejected: Double)

  private let model: LanguageModel
  private let workspace: Workspace
  private let method: PreferenceMethod
  private let reference: ReferenceModel
  private let examples: [TokenizedPair]
  private let validation: [TokenizedPair]
  private var exampleReferences: ReferenceScores<Reference>
  private var validationReferences: ReferenceScores<Reference>

  public init(
    model: LanguageModel, reference: PreferenceReference, workspace: Workspace, examples: [TokenizedPair],
    validation: [TokenizedPair] = [], method: PreferenceMethod
  ) {
    self.model = model
    self.workspace = workspace
    self.method = method
    self.reference = ReferenceModel(reference)
    self.examples = examples
    self.validation = validation
    exampleReferences = ReferenceScores(rows: examples.count)
    validationReferences = ReferenceScores(rows: validation.count)
  }

  /// Rows that are validated or scored at a time.
  public static let rowsScored = 8

  /// Names of the figures of validation, but for those of a loss of its own.
  public static let evaluationFigures =
    ["loss"] + ["rewards", "logps", "logits"].flatMap { ["\($0)/chosen", "\($0)/rejected"] }
    + ["rewards/accuracies", "rewards/margins", "entropy", "mean_token_accuracy"]

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
    let parts = rows.parts(of: microBatchSize)
    var known: [PairLoss] = []
    if method.loss.couplesPairs, parts.count > 1 {
      let pairs = parts.flatMap { part in
        let pass = pass(part, recording: false, statistics: method.usesWeighting)
        workspace.arena.reset()
        return pass.pairs
      }
      known = method.loss(batch(pairs, of: rows))
    }
    var figures = PreferenceFigures()
    for part in parts {
      let pass = pass(part, recording: true, statistics: statistics || method.usesWeighting)
      let batch = batch(pass.pairs, of: rows)
      let losses = known.isEmpty ? method.loss(batch) : Array(known[part.indices])
      pass.backward(losses, method)
      workspace.arena.reset()
      pass.report(losses, method, to: &figures)
      figures.add(method.loss.figures(batch))
    }
    return [Metric("loss", figures.loss)] + (statistics ? figures.metrics : [])
  }

  public func tokenCount(of indices: [Int]) -> Int {
    indices.reduce(0) { $0 + examples[$1].chosen.ids.count + examples[$1].rejected.ids.count }
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
    let passes = rows.parts(of: Self.rowsScored).map { part in
      let pass = pass(part, recording: false, statistics: true)
      workspace.arena.reset()
      return pass
    }
    let batch = batch(passes.flatMap(\.pairs), of: rows)
    var losses = method.loss(batch)[...]
    var figures = PreferenceFigures()
    for pass in passes {
      pass.report(Array(losses.prefix(pass.pairs.count)), method, to: &figures)
      losses = losses.dropFirst(pass.pairs.count)
    }
    figures.add(method.loss.figures(batch))
    return [Metric("loss", figures.loss)] + figures.metrics
  }

  private func batch(
    _ pairs: [PreferencePair], of rows: [(TokenizedPair, Reference)]
  ) -> PreferenceBatch {
    let tokens = rows.reduce(0) { sum, row in
      sum + (method.loss.spansPrompt ? row.0.chosen.ids.count - 1 : row.0.chosen.trainedCount)
    }
    return PreferenceBatch(pairs, pairCount: rows.count, likelihoodTokens: tokens)
  }

  private func pass(
    _ rows: ArraySlice<(TokenizedPair, Reference)>, recording: Bool, statistics: Bool
  ) -> PreferencePass {
    let batch = PairBatch(rows.map(\.0), spansPrompt: method.loss.spansPrompt, for: model)
    let tape = Tape(model.parameters, workspace: workspace, recording: recording)
    let head = model.predict(batch.prediction, tape, statistics: statistics)
    return PreferencePass(tape: tape, head: head, batch: batch, references: rows.map(\.1), method)
  }

  // MARK: Reference

  private func references(_ indices: [Int]) -> [Reference] {
    exampleReferences(
      indices, under: reference, key: { key(examples[$0]) },
      { score($0.map { examples[$0] }, $1) }, without: (0, 0))
  }

  private func heldReferences(_ indices: [Int]) -> [Reference] {
    validationReferences(
      indices, under: reference, key: { key(validation[$0]) },
      { score($0.map { validation[$0] }, $1) }, without: (0, 0))
  }

  private func key(_ pair: TokenizedPair) -> [UInt8] {
    pair.scoreKey(desensitization: method.lengthDesensitization)
  }

  private func score(_ rows: [TokenizedPair], _ model: LanguageModel) -> [Reference] {
    rows.parts(of: Self.rowsScored).flatMap { part in
      let batch = PairBatch(Array(part), spansPrompt: false, for: model)
      let tape = Tape(model.parameters, workspace: workspace, recording: false)
      let head = model.predict(batch.prediction, tape)
      workspace.arena.reset()
      return batch.answers.map { answers in
        (
          answers.chosen.logProbability(head, method.lengthDesensitization),
          answers.rejected.logProbability(head, method.lengthDesensitization)
        )
      }
    }
  }
}
