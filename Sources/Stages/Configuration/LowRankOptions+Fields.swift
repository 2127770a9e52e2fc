import JSONText
import LanguageModels
import Pipeline

extension LowRankOptions: Configurable {
  public static var fields: [Field<Self>] {
    [
      .integer("r", \.rank, in: 1...65_536, "Rank of the matrices."),
      .number("alpha", \.alpha, in: .leastNonzeroMagnitude...1e6, "Their product is scaled by alpha / r."),
      .number(
        "dropout", \.dropout, in: 0...1.0.nextDown, "Share of their inputs left out of a training step."),
      .any(
        "target_modules", \.targets, expected: "\"all-linear\" or a list of module names",
        "Modules to adapt, by the ends of their names; null adapts what PEFT does for the architecture.",
        read: readTargets, write: writeTargets),
      .boolean("use_rslora", \.usesRankStabilization, "Scale by alpha / √r instead."),
    ]
  }

  private static let allLinear = "all-linear"

  private static func readTargets(_ json: JSON) throws(FieldProblem) -> Targets {
    if json.isNull { return .architectureDefault }
    if json.stringValue == allLinear { return .allLinear }
    let names = (json.arrayValue ?? []).compactMap(\.stringValue).filter { !$0.isEmpty }
    guard !names.isEmpty, names.count == json.arrayValue?.count else {
      throw FieldProblem("must be \"\(allLinear)\" or a list of module names")
    }
    return .named(names)
  }

  private static func writeTargets(_ targets: Targets) -> JSON {
    switch targets {
    case .architectureDefault: .null
    case .allLinear: .string(allLinear)
    case .named(let names): .array(names.map(JSON.string))
    }
  }
}

extension LowRankOptions? {
  /// Problems of an adapter's training against a reference.
  ///
  /// What a training of adapters stays close to is never implied: the model it starts from may itself be adapted, and
  /// its base is another model than it.
  func problems(reference connected: Bool) -> [ConfigurationProblem] {
    guard self != nil, !connected else { return [] }
    return [
      ConfigurationProblem(
        key: "lora",
        "needs the input `reference`: what the training of an adapter stays close to is never implied",
        hint: "connect it, as a rule to what `model` is: `reference: \"${sources.…}\"`")
    ]
  }

  /// Problems of an adapter that also answers: what is sampled must be what is scored.
  func problemsOfSampling() -> [ConfigurationProblem] {
    guard let dropout = self?.dropout, dropout > 0 else { return [] }
    return [
      ConfigurationProblem(
        key: "lora.dropout",
        "must be 0 here: answers are sampled without dropout, and would be scored with it")
    ]
  }
}
