import Alignment

extension TrainingOptions {
  /// Names of what `Trainer` reports, for a look at `require` before anything runs.
  ///
  /// - Parameter figures: those of the objective, as it gives them on held-out rows.
  func metricNames(_ figures: [String], hasValidation: Bool) -> [String] {
    let trained = figures + ["num_tokens", "grad_norm", "learning_rate", "epoch"]
    if !hasValidation { return trained }
    let evaluated = figures.map { "eval_\($0)" }
    return trained + evaluated + (best.isKept ? ["best_step"] + evaluated.map { "best_\($0)" } : [])
  }
}
