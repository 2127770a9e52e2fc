import Compute
import DataLoading
import LanguageModels

/// Next-token training: supervised fine-tuning on the trained tokens of each row, and pre-training on all.
///
/// An example is a row, or a pack of rows that counts as one: rows never see or predict each other, so packing changes
/// which rows make up a step and nothing else.
///
/// Metrics (TRL's names): `loss`, the mean over trained tokens, in nats for `nll`; `entropy`, the mean over
/// trained tokens of the entropy of the prediction, in nats; `mean_token_accuracy`, the share of trained
/// tokens that have the greatest logit. Validation's are over all trained tokens alike, where TRL averages
/// over batches.
public final class SupervisedObjective: TrainingObjective {
  private let model: LanguageModel
  private let workspace: Workspace
  private let examples: [SequencePack]
  private let validation: [TokenizedSequence]
  private let type: SupervisedLossType

  public init(
    model: LanguageModel, workspace: Workspace, packs: [SequencePack],
    validation: [TokenizedSequence] = [], loss type: SupervisedLossType = .nll
  ) {
    self.model = model
    self.workspace = workspace
    examples = packs
    self.validation = validation
    self.type = type
  }

  /// Every row an example of its own.
  public convenience init(
    model: LanguageModel, workspace: Workspace, examples: [TokenizedSequence],
    validation: [TokenizedSequence] = [], loss type: SupervisedLossType = .nll
  ) {
    self.init(
      model: model, workspace: workspace, packs: examples.map { SequencePack([$0]) }, validation: validation,
      loss: type)
  }

  /// Names of what `evaluate` measures.
  /// Rows that are validated or scored at a time.
  public static let rowsScored = 16
  public static let evaluationFigures = ["loss", "entropy", "mean_token_accuracy"]

  public var exampleCount: Int { examples.count }

  public func accumulate(_ indices: [Int], microBatchSize: Int, statistics: Bool) throws -> [Metric] {
    let packs = indices.map { examples[$0] }
    let loss = NextTokenLoss(
      tokens: packs.lazy.flatMap(\.rows).reduce(0) { $0 + $1.trainedCount }, type: type)
    var figures = PredictionFigures()
    for part in packs.parts(of: microBatchSize) {
      let tape = Tape(model.parameters, workspace: workspace, recording: true)
      let head = model.predict(
        PredictionBatch(part.flatMap(\.rows), for: model), tape, statistics: statistics)
      let result = loss(head.logProbabilities)
      head.gradient = result.gradient.map(Float.init)
      tape.backward()
      workspace.arena.reset()
      figures.add(head, loss: result.loss)
    }
    return [Metric("loss", figures.loss)] + (statistics ? figures.metrics : [])
  }

  public func tokenCount(of indices: [Int]) -> Int { indices.reduce(0) { $0 + examples[$1].tokenCount } }

  public func evaluate() throws -> [Metric] {
    guard !validation.isEmpty else { return [] }
    let loss = NextTokenLoss(tokens: validation.reduce(0) { $0 + $1.trainedCount }, type: type)
    var figures = PredictionFigures()
    for part in validation.parts(of: Self.rowsScored) {
      let tape = Tape(model.parameters, workspace: workspace, recording: false)
      let head = model.predict(PredictionBatch(part, for: model), tape, statistics: true)
      workspace.arena.reset()
      figures.add(head, loss: loss(head.logProbabilities).loss)
    }
    return [Metric("loss", figures.loss)] + figures.metrics
  }
}

/// Sums over the tokens that a head scored.
struct PredictionFigures {
  var loss = 0.0
  private(set) var tokens = 0
  private var entropy = 0.0
  private var correct = 0

  mutating func add(_ head: HeadOutput, loss: Double) {
    self.loss += loss
    tokens += head.logProbabilities.count
    entropy += head.entropies.reduce(0.0) { $0 + Double($1) }
    correct += head.isArgmax.count { $0 }
  }

  var metrics: [Metric] {
    let count = Double(max(1, tokens))
    return [Metric("entropy", entropy / count), Metric("mean_token_accuracy", Double(correct) / count)]
  }
}

extension TokenizedSequence {
  /// Indices of the tokens that the loss looks at; the first token has nothing to be predicted from.
  var targets: [Int] { trained.indices.filter { $0 > 0 && trained[$0] } }
}

extension PredictionBatch {
  init(_ rows: some Sequence<TokenizedSequence>, for model: LanguageModel) {
    self.init(rows.map { ($0.ids, $0.targets) }, for: model)
  }
}
