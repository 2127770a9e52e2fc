import Diagnostics
import LanguageModels

/// Keeps a copy of the weights that did best in validation, and counts validations without improvement.
///
/// Improvement and patience as in transformers 5.23 (`Trainer._determine_best_metric`, `EarlyStoppingCallback`).
struct BestModel {
  private let options: BestModelOptions
  private var weights: LanguageModel?
  private var value = 0.0
  private var failures = 0
  /// The step of the best validation; 0 before the first.
  private(set) var step = 0
  /// All figures of the best validation.
  private(set) var figures: [Metric] = []

  init(_ options: BestModelOptions) { self.options = options }

  /// Takes a validation into account.
  ///
  /// - Throws: `Diagnostic` if the deciding figure is not among them, or not a number.
  mutating func consider(_ metrics: [Metric], of model: LanguageModel, step: Int) throws {
    guard options.isKept else { return }
    let found = try value(in: metrics)
    let gain = options.prefersGreater ? found - value : value - found
    let isFirst = weights == nil
    failures = isFirst || gain > options.threshold ? 0 : failures + 1
    guard isFirst || gain > 0 else { return }
    if let weights {
      weights.parameters.copyValues(from: model.parameters)
    } else {
      weights = model.copy()
    }
    (value, self.step, figures) = (found, step, metrics)
  }

  /// Whether improvement has failed to come for as long as was to be waited.
  var isExhausted: Bool { options.patience > 0 && failures >= options.patience }

  /// Gives the model its best weights.
  ///
  /// - Returns: `best_step` and the figures of that validation under `best_`; nil if none was kept.
  func restore(to model: LanguageModel) -> [Metric]? {
    guard let weights else { return nil }
    model.parameters.copyValues(from: weights.parameters)
    return [Metric("best_step", Double(step))] + figures.map { Metric("best_" + $0.name, $0.value) }
  }

  /// - Parameter model: the model that is trained.
  mutating func carry(_ state: CheckpointCoder, of model: LanguageModel) throws {
    var isKept = weights != nil
    try state.value("best_is_kept", &isKept)
    guard isKept else { return }
    if weights == nil { weights = model.copy() }
    if let weights {
      try withExtendedLifetime(weights) { try state.memory("best_weights", weights.parameters.trainedBuffer) }
    }
    try state.value("best_value", &value)
    try state.value("best_step", &step)
    try state.value("best_figures", &figures)
    try state.value("failures", &failures)
  }

  private func value(in metrics: [Metric]) throws -> Double {
    let names = metrics.map(\.name)
    guard let metric = metrics.first(where: { $0.name == options.metricName }) else {
      throw Diagnostic(
        .unknownFigure,
        "metric_for_best_model is \(options.metricName), which is no figure of validation; those are "
          + names.joined(separator: ", "),
        hint: nearestName(to: options.metricName, among: names).map { "did you mean \($0)?" })
    }
    guard metric.value.isFinite else {
      throw Diagnostic(.nonFiniteLoss, "\(metric.name), which chooses the best model, is \(metric.value)")
    }
    return metric.value
  }
}
