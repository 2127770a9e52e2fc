import Alignment
import Diagnostics
import Pipeline

extension BestModelOptions: Configurable {
  public static var fields: [Field<Self>] {
    [
      .boolean(
        "load_best_model_at_end", \.isKept, "End with the weights of the best validation, not the last."),
      .string("metric_for_best_model", \.metric, "The figure of validation that decides."),
      .optional(
        "greater_is_better", \.greaterIsBetter, .boolean,
        "Whether that figure should be great; null decides by its name."),
      .integer(
        "early_stopping_patience", \.patience, in: 0...1_000_000,
        "Validations without improvement after which training ends; 0 never."),
      .number(
        "early_stopping_threshold", \.threshold, in: 0...1e9, "What an improvement must exceed to count."),
    ]
  }

  /// Problems of the combination.
  ///
  /// - Parameters:
  ///   - evaluationSteps: validation every so many steps; 0 at the end only.
  ///   - figures: the figures of validation, without `eval_`; nil if they are not known beforehand.
  func problems(hasValidation: Bool, evaluationSteps: Int, figures: [String]?) -> [ConfigurationProblem] {
    let defaults = BestModelOptions()
    guard isKept else {
      return [
        (metric != defaults.metric, "metric_for_best_model"),
        (greaterIsBetter != nil, "greater_is_better"), (patience > 0, "early_stopping_patience"),
        (threshold != 0, "early_stopping_threshold"),
      ].filter(\.0).map { _, key in
        ConfigurationProblem(key: key, "has no effect without `load_best_model_at_end: true`")
      }
    }
    var problems: [ConfigurationProblem] = []
    if !hasValidation {
      problems.append(
        ConfigurationProblem(key: "load_best_model_at_end", "has no effect without a `validation` input"))
    } else if evaluationSteps == 0 {
      problems.append(
        ConfigurationProblem(
          key: "load_best_model_at_end",
          "has no effect without `eval_steps`: validation comes at the end only"))
    }
    if threshold != 0, patience == 0 {
      problems.append(
        ConfigurationProblem(
          key: "early_stopping_threshold", "has no effect without `early_stopping_patience`"))
    }
    let names = figures?.map { "eval_" + $0 } ?? []
    if !names.isEmpty, !names.contains(metricName) {
      problems.append(
        ConfigurationProblem(
          key: "metric_for_best_model", "is \(metricName), which is no figure of validation",
          hint: nearestName(to: metricName, among: names).map { "did you mean \($0)?" }
            ?? "the figures are: \(names.joined(separator: ", "))"))
    }
    return problems
  }
}
