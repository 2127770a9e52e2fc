/// Which weights a training ends with, and when it may end early; names are those of transformers.
public struct BestModelOptions: Sendable, Hashable {
  /// Whether to end with the weights that did best in a validation rather than with the last ones.
  public var isKept = false
  /// The figure of validation that decides, with or without `eval_`.
  public var metric = "eval_loss"
  /// nil decides by the name: a loss, an error or a perplexity should be small, anything else great.
  public var greaterIsBetter: Bool?
  /// Validations in a row without improvement after which training ends; 0 never ends it.
  public var patience = 0
  /// What an improvement has to exceed to count for `patience`.
  public var threshold = 0.0

  public init() {}

  /// The figure's full name.
  public var metricName: String { metric.hasPrefix("eval_") ? metric : "eval_" + metric }

  var prefersGreater: Bool {
    greaterIsBetter ?? !["loss", "ece", "error", "perplexity"].contains { metricName.hasSuffix($0) }
  }
}
