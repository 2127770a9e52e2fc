import Compute

/// A layer norm with gain and offset (Ba et al. 2016), by its module name in the model's files.
struct LayerNorm: Sendable {
  let module: String
  let size: Int
  let epsilon: Float

  var parameters: [ParameterSpecification] {
    [
      ParameterSpecification("\(module).weight", [size], .ones),
      ParameterSpecification("\(module).bias", [size], .zeros),
    ]
  }

  /// Each row of `[tokens, size]`.
  func callAsFunction(_ x: Tensor, on tape: Tape) -> Tensor {
    let store = tape.parameters
    return tape.layerNorm(x, store["\(module).weight"], store["\(module).bias"], epsilon: epsilon)
  }
}
