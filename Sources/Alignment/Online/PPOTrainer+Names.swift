extension PPOTrainer {
  /// Names of the figures that an update reports.
  public static func metricNames(_ options: PPOOptions) -> [String] {
    let summary = RolloutSummary([], options: options, klCoefficient: options.klCoefficient)
    let names = (summary.metrics + MiniBatchFigures.average([])).map(\.name) + ["lr", "episode"]
    return options.klTarget == nil ? names : names + ["objective/kl_coef"]
  }
}
