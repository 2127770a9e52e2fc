import Compute
import DataLoading
import LanguageModels

/// Direct preference optimisation on pairs of answers against a frozen reference.
///
/// Log-probabilities of the reference are computed once per row and kept. Metrics (TRL's names): `loss`;
/// `rewards/chosen`, `rewards/rejected`, means of `β (log π - log ref)`; `rewards/accuracies`, the share of pairs
/// whose chosen reward is greater; `rewards/margins`; `logps/chosen`, `logps/rejected`, mean summed
/// log-probabilities; `logits/chosen`, `logits/rejected`, the mean over answer tokens of the mean logit; `entropy`
/// over the answer tokens of both sides; `mean_token_accuracy` over those of chosen answers; `num_tokens`.
public final class PreferenceObjective: TrainingObjective {
  /// Summed log-probabilities of a pair under the reference.
  struct ReferencePair {
    var chosen: Double
    var rejected: Double
  }

  private let model: LanguageModel
  private let workspace: Workspace
  private let examples: [TokenizedPair]
  private let validation: [TokenizedPair]
  private let loss: DirectPreferenceLoss
  private let reference: [ReferencePair]
  private let validationReference: [ReferencePair]
  private var tokensRead = 0

  /// Scores all rows under the reference, which may be let go afterwards.
  public init(
    model: LanguageModel, reference: LanguageModel, workspace: Workspace, examples: [TokenizedPair],
    validation: [TokenizedPair] = [], loss: DirectPreferenceLoss
  ) {
    self.model = model
    self.workspace = workspace
    self.examples = examples
    self.validation = validation
    self.loss = loss
    self.reference = Self.score(examples, reference, workspace)
    validationReference = Self.score(validation, reference, workspace)
  }

  public var exampleCount: Int { examples.count }

  public func accumulate(_ indices: [Int], microBatchSize: Int, statistics: Bool) throws -> [Metric] {
    var figures = PreferenceFigures(beta: loss.beta)
    for part in indices.parts(of: microBatchSize) {
      figures.add(
        run(
          part.map { (examples[$0], reference[$0]) }, share: 1 / Double(indices.count), recording: true,
          statistics: statistics))
    }
    tokensRead += indices.reduce(0) { $0 + examples[$1].chosen.ids.count + examples[$1].rejected.ids.count }
    let metrics = [Metric("loss", figures.loss)]
    return statistics ? metrics + figures.metrics + [Metric("num_tokens", Double(tokensRead))] : metrics
  }

  public func evaluate() throws -> [Metric] {
    guard !validation.isEmpty else { return [] }
    var figures = PreferenceFigures(beta: loss.beta)
    for part in Array(zip(validation, validationReference)).parts(of: 8) {
      figures.add(run(Array(part), share: 1 / Double(validation.count), recording: false, statistics: true))
    }
    return [Metric("loss", figures.loss)] + figures.metrics
  }

  private func run(
    _ pairs: [(TokenizedPair, ReferencePair)], share: Double, recording: Bool, statistics: Bool
  ) -> PreferenceFigures {
    let tape = Tape(model.parameters, workspace: workspace, recording: recording)
    let batch = Self.batch(pairs.map(\.0))
    let head = model.predict(batch, tape, statistics: statistics)
    var figures = PreferenceFigures(beta: loss.beta)
    var gradient = Array(repeating: Float(0), count: head.logProbabilities.count)
    for (index, pair) in pairs.enumerated() {
      let chosen = batch.outputRanges[2 * index]
      let rejected = batch.outputRanges[2 * index + 1]
      let chosenSum = Self.sum(head, chosen)
      let rejectedSum = Self.sum(head, rejected)
      let result = loss(chosen: chosenSum - pair.1.chosen, rejected: rejectedSum - pair.1.rejected)
      for position in chosen { gradient[position] = Float(result.slope * share) }
      for position in rejected { gradient[position] = Float(-result.slope * share) }
      figures.add(
        head, chosen: chosen, rejected: rejected, logps: (chosenSum, rejectedSum), reference: pair.1,
        loss: result.loss * share)
    }
    if recording {
      head.gradient = gradient
      tape.backward()
    }
    workspace.arena.reset()
    return figures
  }

  private static func sum(_ head: HeadOutput, _ range: Range<Int>) -> Double {
    head.logProbabilities[range].reduce(0.0) { $0 + Double($1) }
  }

  private static func batch(_ pairs: [TokenizedPair]) -> PredictionBatch {
    PredictionBatch(pairs.flatMap { [$0.chosen, $0.rejected] })
  }

  private static func score(_ pairs: [TokenizedPair], _ model: LanguageModel, _ workspace: Workspace)
    -> [ReferencePair]
  {
    pairs.parts(of: 8).flatMap { part in
      let tape = Tape(model.parameters, workspace: workspace, recording: false)
      let batch = batch(Array(part))
      let head = model.predict(batch, tape)
      workspace.arena.reset()
      return part.indices.map { index in
        let position = 2 * (index - part.startIndex)
        return ReferencePair(
          chosen: sum(head, batch.outputRanges[position]),
          rejected: sum(head, batch.outputRanges[position + 1]))
      }
    }
  }
}
