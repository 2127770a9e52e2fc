import Compute
import JSONText

/// How far final tensors are from `[sum, L2 norm, first three values]` of the reference.
public struct TensorComparison {
  /// The greatest relative difference of L2 norms, and the tensor that has it.
  public var norm = 0.0
  public var worstTensor = ""
  /// The greatest difference of a first value, relative to the tensor's root mean square.
  public var value = 0.0
  /// Tensors that only one side has; frozen ones need not be in the reference.
  public var unmatched: [String] = []

  public init(_ parameters: ParameterStore, _ reference: JSON?) {
    let members = reference?.members ?? []
    let indices = members.map { parameters.index(ofReference: $0.key) }
    unmatched = zip(members, indices).filter { $1 == nil }.map(\.0.key)
    for index in parameters.trained where !indices.contains(index) {
      unmatched.append(parameters.specifications[index].name)
    }
    for (member, index) in zip(members, indices) {
      guard let index else { continue }
      let values = parameters.copyValues(at: index)
      let figures = member.value.doubles
      let own = values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      let difference = relativeDifference(own, figures[1])
      if difference > norm {
        norm = difference
        worstTensor = member.key
      }
      let scale = max(figures[1] / Double(values.count).squareRoot(), 1e-6)
      for (mine, wanted) in zip(values, figures[2...]) {
        value = max(value, abs(Double(mine) - wanted) / scale)
      }
    }
  }
}

extension ParameterStore {
  /// The parameter that the reference's vectors call by the name it has in Python.
  ///
  /// Files keep GPT-NeoX's head as `embed_out`; `transformers` 5 renames it on loading and on saving. PEFT puts a prefix
  /// before the names of what it trains.
  public func index(ofReference name: String) -> Int? {
    let prefix = "base_model.model."
    let name = name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
    return index(of: name) ?? (name == "lm_head.weight" ? index(of: "embed_out.weight") : nil)
  }
}
