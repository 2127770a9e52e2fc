import Compute
import LanguageModels

/// Log-probabilities of answers at the temperature they were sampled at.
struct AnswerScoring {
  let workspace: Workspace
  /// Divides the logits.
  let temperature: Float

  /// All response tokens of the answers, to be predicted from what precedes them.
  static func batch(_ rollouts: some Sequence<Rollout>, for policy: LanguageModel) -> PredictionBatch {
    PredictionBatch(
      rollouts.map { ($0.query + $0.response, $0.query.count..<$0.query.count + $0.response.count) },
      for: policy)
  }

  /// Of all response tokens of a batch, in nats.
  func logProbabilities(_ batch: PredictionBatch, under model: LanguageModel) -> [Float] {
    workspace.scope {
      let tape = Tape(model.parameters, workspace: workspace, recording: false)
      return model.predict(batch, tape, temperature: temperature).logProbabilities
    }
  }

  /// Of all response tokens of some batches under a model that may be read by phase, in nats.
  ///
  /// - Throws: `Diagnostic` if its weights cannot be read.
  func logProbabilities(_ batches: [PredictionBatch], underFrozen model: LanguageModel) throws -> [[Float]] {
    try model.whileResident(in: workspace) { batches.map { logProbabilities($0, under: model) } }
  }

  /// A pass that is ready for gradients, with all statistics.
  func record(_ batch: PredictionBatch, under model: LanguageModel) -> RecordedPass<HeadOutput> {
    RecordedPass(workspace) {
      let tape = Tape(model.parameters, workspace: workspace, recording: true)
      return (tape, model.predict(batch, tape, temperature: temperature, statistics: true))
    }
  }
}
