import Compute
import LanguageModels

/// Training of a classifier on labelled texts: one distribution over the labels after the last token.
///
/// Metrics: `loss`, the weighted cross-entropy in nats (on validation rows every class weighs the same);
/// `accuracy`, the share of rows whose label has the greatest score; `macro_f1`, the mean F1 of the labels
/// that occur (`ConfusionMatrix`). Figures of a step are those of its own rows.
public final class ClassificationObjective: TrainingObjective {
  /// A text as ids, and its label's number.
  public struct Example: Sendable, Hashable {
    public var ids: [Int32]
    public var label: Int

    public init(ids: [Int32], label: Int) {
      self.ids = ids
      self.label = label
    }
  }

  /// What validation measures.
  /// Rows that are validated or scored at a time.
  public static let rowsScored = 64
  public static let evaluationFigures = ["loss", "accuracy", "macro_f1"]

  private let model: LanguageModel
  private let workspace: Workspace
  private let examples: [Example]
  private let validation: [Example]
  private let weights: [Double]

  /// - Parameter weights: how much the rows of each label count.
  public init(
    model: LanguageModel, workspace: Workspace, examples: [Example], validation: [Example] = [],
    weights: [Double]
  ) {
    precondition(
      weights.count == model.head.labels.count,
      "\(weights.count) weights for \(model.head.labels.count) labels")
    self.model = model
    self.workspace = workspace
    self.examples = examples
    self.validation = validation
    self.weights = weights
  }

  public var exampleCount: Int { examples.count }

  public func accumulate(_ indices: [Int], microBatchSize: Int, statistics: Bool) throws -> [Metric] {
    let rows = indices.map { examples[$0] }
    let loss = LabelLoss(weights: rows.map { weights[$0.label] })
    var total = 0.0
    var confusion = ConfusionMatrix(classCount: weights.count)
    for part in rows.parts(of: microBatchSize) {
      let (tape, head) = run(part, recording: true, statistics: statistics)
      let result = loss(head.logProbabilities, weights: part.map { weights[$0.label] })
      head.gradient = result.gradient.map(Float.init)
      tape.backward()
      workspace.arena.reset()
      total += result.loss
      confusion.add(part, head)
    }
    return [Metric("loss", total)] + (statistics ? confusion.metrics : [])
  }

  public func tokenCount(of indices: [Int]) -> Int { indices.reduce(0) { $0 + examples[$1].ids.count } }

  public func evaluate() throws -> [Metric] {
    guard !validation.isEmpty else { return [] }
    var total = 0.0
    var confusion = ConfusionMatrix(classCount: weights.count)
    for part in validation.parts(of: Self.rowsScored) {
      let (_, head) = run(part, recording: false, statistics: true)
      workspace.arena.reset()
      total -= head.logProbabilities.reduce(0.0) { $0 + Double($1) }
      confusion.add(part, head)
    }
    return [Metric("loss", total / Double(validation.count))] + confusion.metrics
  }

  private func run(_ rows: ArraySlice<Example>, recording: Bool, statistics: Bool) -> (Tape, HeadOutput) {
    let tape = Tape(model.parameters, workspace: workspace, recording: recording)
    let hidden = model.lastHiddenStates(rows.lazy.map(\.ids), tape)
    let head = tape.logProbabilityHead(
      hidden, model.scoreWeight, targets: rows.map { Int32($0.label) }, statistics: statistics)
    return (tape, head)
  }
}

extension ConfusionMatrix {
  fileprivate mutating func add(_ rows: ArraySlice<ClassificationObjective.Example>, _ head: HeadOutput) {
    for (row, predicted) in zip(rows, head.argmax) { add(actual: row.label, predicted: Int(predicted)) }
  }

  fileprivate var metrics: [Metric] { [Metric("accuracy", accuracy), Metric("macro_f1", macroF1)] }
}
