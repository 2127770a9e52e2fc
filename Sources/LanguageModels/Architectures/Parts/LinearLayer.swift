import Compute

/// A linear layer: one module of the model's files, or several that read the same input and run as one product.
struct LinearLayer: Sendable {
  /// Modules as `transformers` names them, such as `model.layers.0.self_attn.q_proj`, side by side in memory.
  let modules: [String]
  /// Outputs of each module.
  let outputs: [Int]
  let inputs: Int
  let hasBias: Bool
  let layout: WeightLayout

  init(
    _ modules: [String], inputs: Int, outputs: [Int], hasBias: Bool = false,
    layout: WeightLayout = .outputsByInputs
  ) {
    self.modules = modules
    self.inputs = inputs
    self.outputs = outputs
    self.hasBias = hasBias
    self.layout = layout
  }

  init(
    _ module: String, inputs: Int, outputs: Int, hasBias: Bool = false,
    layout: WeightLayout = .outputsByInputs
  ) {
    self.init([module], inputs: inputs, outputs: [outputs], hasBias: hasBias, layout: layout)
  }

  private var weights: [String] { modules.map { "\($0).weight" } }
  private var biases: [String] { modules.map { "\($0).bias" } }

  /// Weights first, then biases, each side by side.
  ///
  /// - Parameter deviation: standard deviation of fresh weights; fresh biases are zero.
  func parameters(deviation: Double) -> [ParameterSpecification] {
    let matrices = zip(weights, outputs).map { name, count in
      ParameterSpecification(
        name, layout == .outputsByInputs ? [count, inputs] : [inputs, count], .normal(Float(deviation)))
    }
    guard hasBias else { return matrices }
    return matrices + zip(biases, outputs).map { ParameterSpecification($0, [$1], .zeros) }
  }

  /// `[tokens, inputs]` gives `[tokens, outputs]`, the modules' outputs side by side.
  ///
  /// - Parameter residual: `[tokens, outputs]`, to which they are added.
  func callAsFunction(_ x: Tensor, addedTo residual: Tensor? = nil, on tape: Tape) -> Tensor {
    let store = tape.parameters
    return tape.linear(
      x, store[weights], bias: hasBias ? store[biases] : nil, layout: layout, addedTo: residual)
  }
}
