import Alignment

extension EvaluationReport {
  /// Names of the metrics that an evaluation will report: those of a report in which everything is measured that the
  /// connected inputs allow.
  ///
  /// - Parameters:
  ///   - models: names of the models.
  ///   - connected: names of the input ports that have a reference.
  static func metricNames(
    _ configuration: EvaluateStage.Configuration, models: [String], connected: Set<String>
  ) -> [String] {
    var names: [String] = []
    // Which model is the first in the manifest is not known here: any may be the baseline.
    for baseline in configuration.baseline.map({ [$0] }) ?? models {
      let measured = models.map {
        measuredModel($0, isBaseline: $0 == baseline, configuration, connected)
      }
      let report = EvaluationReport(
        models: measured, baseline: baseline, configuration: configuration, prompts: [], hasJudge: false)
      names += report.metrics.map(\.name).filter { !names.contains($0) }
    }
    return names
  }

  private static func measuredModel(
    _ name: String, isBaseline: Bool, _ configuration: EvaluateStage.Configuration, _ connected: Set<String>
  ) -> EvaluatedModel {
    var model = EvaluatedModel(name: name)
    if connected.contains("data") { model.loss = 0 }
    if connected.contains("corpus") {
      model.corpusLoss = 0
      if !isBaseline { model.alignmentTax = 0 }
    }
    guard connected.contains("prompts") else { return model }
    model.answers = SampledAnswers([])
    if !isBaseline, configuration.samplesWholeDistribution { model.divergence = 0 }
    // Two, so that there is a standard error.
    if connected.contains("reward_model") { model.rewards = [0, 0] }
    if configuration.judge.exactMatch != nil { model.exactMatch = 0 }
    if configuration.judge.length != nil { model.lengthReward = 0 }
    if configuration.judge.hasRules, let judge = try? configuration.judge.makeJudge() {
      model.verdicts = [judge.judge(""), judge.judge("")]
    }
    return model
  }
}
