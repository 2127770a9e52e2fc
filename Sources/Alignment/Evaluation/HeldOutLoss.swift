import Compute
import DataLoading
import LanguageModels

extension LanguageModel {
  /// Held-out rows that are scored at a time.
  public static let heldOutRowsScored = 16

  /// Mean negative log-likelihood of the trained tokens of held-out rows, in nats per token.
  public func heldOutLoss(_ rows: [TokenizedSequence], workspace: Workspace) -> Double {
    var sum = 0.0
    var count = 0
    for part in rows.parts(of: Self.heldOutRowsScored) {
      let tape = Tape(parameters, workspace: workspace, recording: false)
      let head = predict(PredictionBatch(part, for: self), tape)
      workspace.arena.reset()
      sum -= head.logProbabilities.reduce(0.0) { $0 + Double($1) }
      count += head.logProbabilities.count
    }
    return sum / Double(max(1, count))
  }
}
