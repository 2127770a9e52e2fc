import Compute

extension Architecture {
  /// Modules that an adapter can add to: the matrices of the numbered layers.
  ///
  /// Embeddings and heads are not among them, as in PEFT's `all-linear`.
  var linearModules: [String] {
    parameters.filter { parameter in
      parameter.shape.count == 2 && parameter.name.hasSuffix(Self.weightSuffix)
        && parameter.name.split(separator: ".").contains { Int($0) != nil }
    }.map { String($0.name.dropLast(Self.weightSuffix.count)) }
  }

  private static var weightSuffix: String { ".weight" }
}

extension LowRankAdaptation {
  static func weightName(_ module: String) -> String { module + ".weight" }
  static func downName(_ module: String) -> String { module + ".lora_A.weight" }
  static func upName(_ module: String) -> String { module + ".lora_B.weight" }

  /// `A` and `B` of every module; a fresh adapter adds nothing.
  ///
  /// `A` is uniform within `1/√inputs`, which is PEFT's Kaiming initialisation with `a = √5`; `B` is zero.
  func specifications(_ architecture: any Architecture) -> [ParameterSpecification] {
    let weights = Dictionary(uniqueKeysWithValues: architecture.parameters.map { ($0.name, $0.shape) })
    return modules.flatMap { module -> [ParameterSpecification] in
      guard let shape = weights[Self.weightName(module)] else { return [] }
      let isTransposed = type(of: architecture).weightLayout == .inputsByOutputs
      let (outputs, inputs) = isTransposed ? (shape[1], shape[0]) : (shape[0], shape[1])
      return [
        ParameterSpecification(
          Self.downName(module), [rank, inputs], .uniform(1 / Float(inputs).squareRoot())),
        ParameterSpecification(Self.upName(module), [outputs, rank], .zeros),
      ]
    }
  }

  /// The adapters in a store that has their parameters.
  func adapters(in store: ParameterStore, layout: WeightLayout) -> AdapterSet {
    AdapterSet(
      modules.map { module in
        LowRankAdapter(
          weight: store[Self.weightName(module)], layout: layout, down: store[Self.downName(module)],
          up: store[Self.upName(module)], scale: scale)
      })
  }
}
