extension ParameterStore {
  /// Adds `scale · B A` to a weight for good.
  ///
  /// - Parameters:
  ///   - down: `A`, `[rank, inputs]`, row-major.
  ///   - up: `B`, `[outputs, rank]`, row-major.
  public func fold(
    down: FloatBuffer, up: FloatBuffer, scale: Float, into weight: Parameter, _ layout: WeightLayout
  ) {
    let (outputs, inputs) = layout.sizes(of: weight)
    let rank = down.count / inputs
    precondition(
      down.count == rank * inputs && up.count == outputs * rank,
      "\(up.count) and \(down.count) values of rank \(rank) for [\(outputs), \(inputs)]")
    let scaled = FloatBuffer(count: up.count)
    for index in 0..<up.count { scaled.pointer[index] = scale * up.pointer[index] }
    let (b, a) = (MatrixOperand(scaled.pointer, stride: rank), MatrixOperand(down.pointer, stride: inputs))
    withExtendedLifetime((scaled, down)) {
      switch layout {
      case .outputsByInputs:
        multiply(m: outputs, n: inputs, k: rank, b, a, into: pointer(weight), stride: inputs, beta: 1)
      case .inputsByOutputs:
        multiply(
          m: inputs, n: outputs, k: rank, a.transposed, b.transposed, into: pointer(weight), stride: outputs,
          beta: 1)
      }
    }
  }
}
