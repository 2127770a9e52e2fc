import Compute
import JSONText

/// How far final tensors are from `[sum, L2 norm, first three values]` of the reference.
public struct TensorComparison {
  /// The greatest relative difference of L2 norms, and the tensor that has it.
  public var norm = 0.0
  public var worstTensor = ""
  /// The greatest difference of a first value, relative to the tensor's root mean square.
  public var value = 0.0
  /// Tensors that only one side has.
  public var unmatched: [String] = []

  public init(_ parameters: ParameterStore, _ reference: JSON?) {
    let members = reference?.members ?? []
    unmatched = members.map(\.key).filter { parameters.index(of: $0) == nil }
    unmatched += parameters.specifications.map(\.name).filter { name in
      !members.contains { $0.key == name }
    }
    for member in members {
      guard let index = parameters.index(of: member.key) else { continue }
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
