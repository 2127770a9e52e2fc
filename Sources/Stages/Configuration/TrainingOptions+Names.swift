import Alignment

extension TrainingOptions {
  /// Names of what `Trainer` reports, for a look at `require` before anything runs.
  ///
  /// - Parameters:
  ///   - figures: those of the objective in every step and on held-out rows.
  ///   - heldOut: those that it has on held-out rows only.
  func metricNames(_ figures: [String], heldOut: [String] = [], hasValidation: Bool) -> [String] {
    let trained = figures + ["num_tokens", "grad_norm", "learning_rate", "epoch"]
    if !hasValidation { return trained }
    let evaluated = (figures + heldOut).map { "eval_\($0)" }
    return trained + evaluated + (best.isKept ? ["best_step"] + evaluated.map { "best_\($0)" } : [])
  }
}
