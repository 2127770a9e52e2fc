import DataLoading
import Pipeline

/// Whether rows are packed, and how.
struct PackingOptions: Configurable, Hashable {
  var isPacked = false
  var strategy = PackingStrategy.bestFit

  static var fields: [Field<Self>] {
    [
      .boolean(
        "packing", \.isPacked,
        "Fill sequences of max_length tokens with rows, which stay apart; batch_size then counts sequences."),
      .choice("packing_strategy", \.strategy, "How rows are put together."),
    ]
  }

  /// Whether long rows become several, so that none is cut off.
  var splitsRows: Bool { isPacked && strategy.splitsRows }

  func problems(_ data: DataOptions) -> [ConfigurationProblem] {
    var problems: [ConfigurationProblem] = []
    if !isPacked, strategy != PackingOptions().strategy {
      problems.append(
        ConfigurationProblem(key: "packing_strategy", "has no effect without `packing: true`"))
    }
    if splitsRows, data.onOverlong != DataOptions().onOverlong {
      problems.append(
        ConfigurationProblem(
          key: "on_overlong",
          "has no effect with `packing_strategy: \(strategy.rawValue)`, which splits longer rows"))
    }
    return problems
  }
}
