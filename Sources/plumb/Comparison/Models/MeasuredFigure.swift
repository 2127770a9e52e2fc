import Lineage

/// A headline figure of one model.
struct MeasuredFigure: Sendable, Hashable {
  var figure: HeadlineFigure
  var value: Double
  /// The standard error of the value; nil if the evaluation does not tell it.
  var standardError: Double?
  /// For a share, how many prompts it is of.
  var count: Int?

  /// Where the true value lies with a probability of 95 %; nil where nothing is known of the uncertainty.
  var interval: ClosedRange<Double>? {
    if let count { return HeadToHead.interval(share: value, count: count) }
    return standardError.map { value - 1.96 * $0...value + 1.96 * $0 }
  }

  /// Whether two values look different and their intervals have nothing in common; a value whose uncertainty
  /// is not known is one that is certain.
  func isDistinct(from other: MeasuredFigure) -> Bool {
    guard Figures.metric(value) != Figures.metric(other.value) else { return false }
    return !(interval ?? value...value).overlaps(other.interval ?? other.value...other.value)
  }

  /// The headline figures of one model in the final metrics of an evaluation, in the order in which they are read.
  ///
  /// - Parameters:
  ///   - model: the name under `models` of the evaluation.
  ///   - prompts: how many prompts shares are of; nil if not known.
  static func figures(of model: String, in metrics: [FinalMetric], prompts: Int?) -> [MeasuredFigure] {
    let own = metrics.filter { $0.name.hasPrefix(model + ".") }
    func value(_ key: String?) -> Double? {
      key.flatMap { key in own.first { $0.name == "\(model).\(key)" }?.value }
    }
    return own.compactMap { metric in
      guard let figure = HeadlineFigure(metric: String(metric.name.dropFirst(model.count + 1))) else {
        return nil
      }
      var measured = MeasuredFigure(
        figure: figure, value: metric.value, standardError: value(figure.errorKey))
      if figure.isShare, let prompts, prompts > 0 {
        measured.count = prompts
        measured.standardError = (max(0, metric.value * (1 - metric.value)) / Double(prompts)).squareRoot()
      }
      return measured
    }.sorted { ($0.figure.rank, $0.figure.key) < ($1.figure.rank, $1.figure.key) }
  }

  /// What a training measured on its validation rows at its end.
  static func validation(in metrics: [FinalMetric]) -> [MeasuredFigure] {
    metrics.filter { $0.name.hasPrefix("eval_") }.map {
      MeasuredFigure(figure: HeadlineFigure(validation: $0.name), value: $0.value)
    }
  }
}

extension ExecutionDetail {
  /// The model that an evaluation is about: of those it was given, the one that was made last in the order of its run.
  func evaluatedModel(in run: RunDetail) -> InputRecord? {
    let order = Dictionary(run.stages.enumerated().map { ($1.plan.name, $0) }) { first, _ in first }
    return inputs.filter { $0.port == "models" }.max { a, b in
      (order[a.stage] ?? -1) < (order[b.stage] ?? -1)
    }
  }
}

extension InputRecord {
  /// The stage of a label such as `align.model`.
  fileprivate var stage: String { label.lastIndex(of: ".").map { String(label[..<$0]) } ?? label }
}
