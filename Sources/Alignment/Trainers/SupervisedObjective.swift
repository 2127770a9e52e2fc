import Compute
import DataLoading
import LanguageModels

/// Next-token training: supervised fine-tuning on the trained tokens of each row, and pre-training on all.
///
/// Metrics (TRL's names): `loss`, nats per trained token; `entropy`, the mean over trained tokens of the entropy of
/// the prediction, in nats; `mean_token_accuracy`, the share of trained tokens that have the greatest logit;
/// `num_tokens`, tokens read so far, prompts included.
public final class SupervisedObjective: TrainingObjective {
  private let model: LanguageModel
  private let workspace: Workspace
  private let examples: [TokenizedSequence]
  private let validation: [TokenizedSequence]
  private var tokensRead = 0

  public init(
    model: LanguageModel, workspace: Workspace, examples: [TokenizedSequence],
    validation: [TokenizedSequence] = []
  ) {
    self.model = model
    self.workspace = workspace
    self.examples = examples
    self.validation = validation
  }

  public var exampleCount: Int { examples.count }

  public func accumulate(_ indices: [Int], microBatchSize: Int, statistics: Bool) throws -> [Metric] {
    let rows = indices.map { examples[$0] }
    let loss = NextTokenLoss(tokens: rows.reduce(0) { $0 + $1.trainedCount })
    var figures = PredictionFigures()
    for part in rows.parts(of: microBatchSize) {
      let tape = Tape(model.parameters, workspace: workspace, recording: true)
      let head = model.predict(PredictionBatch(part), tape, statistics: statistics)
      let result = loss(head.logProbabilities)
      head.gradient = result.gradient.map(Float.init)
      tape.backward()
      workspace.arena.reset()
      figures.add(head, loss: result.loss)
    }
    tokensRead += rows.reduce(0) { $0 + $1.ids.count }
    var metrics = [Metric("loss", figures.loss)]
    if statistics { metrics += figures.metrics + [Metric("num_tokens", Double(tokensRead))] }
    return metrics
  }

  public func evaluate() throws -> [Metric] {
    guard !validation.isEmpty else { return [] }
    var figures = PredictionFigures()
    for part in validation.parts(of: 16) {
      let tape = Tape(model.parameters, workspace: workspace, recording: false)
      let head = model.predict(PredictionBatch(part), tape, statistics: true)
      workspace.arena.reset()
      figures.add(head, loss: -head.logProbabilities.reduce(0.0) { $0 + Double($1) })
    }
    return [Metric("loss", figures.loss / Double(max(1, figures.tokens)))] + figures.metrics
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
  init(_ rows: some Sequence<TokenizedSequence>) {
    self.init()
    for row in rows { append(row.ids, scored: row.targets) }
  }
}
