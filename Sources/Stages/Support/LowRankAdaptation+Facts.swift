import JSONText
import LanguageModels

extension LowRankAdaptation {
  /// What lineage keeps of an adapter: its base, by digest where a stage made it, and its shape.
  ///
  /// - Parameter trained: values that are trained.
  func facts(trained: Int) -> JSON {
    [
      "base": JSON(base), "r": .integer(rank), "alpha": .number(alpha), "dropout": .number(dropout),
      "use_rslora": .bool(usesRankStabilization), "target_modules": .array(targets.map(JSON.string)),
      "modules": .integer(modules.count), "trained_parameters": .integer(trained),
    ]
  }
}
