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
    let tape = Tape(model.parameters, workspace: workspace, recording: false)
    let head = model.predict(batch, tape, temperature: temperature)
    workspace.arena.reset()
    return head.logProbabilities
  }
}
