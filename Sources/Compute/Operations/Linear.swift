import CKernels

/// How a weight matrix lies in memory.
public enum WeightLayout: Sendable {
  /// `[outputs, inputs]`, as `nn.Linear` keeps it.
  case outputsByInputs
  /// `[inputs, outputs]`, as GPT-2's `Conv1D` keeps it.
  case inputsByOutputs
}

extension Tape {
  /// `x Wᵀ + b`: `[tokens, inputs]` gives `[tokens, outputs]`.
  public func linear(
    _ x: Tensor, _ weight: Parameter, bias: Parameter? = nil, layout: WeightLayout = .outputsByInputs
  ) -> Tensor {
    let isTransposed = layout == .outputsByInputs
    let outputs = isTransposed ? weight.rows : weight.columns
    let inputs = isTransposed ? weight.columns : weight.rows
    precondition(
      x.columns == inputs, "[\(x.rows), \(x.columns)] does not fit a weight with \(inputs) inputs")
    let tokens = x.rows
    let output = makeTensor(rows: tokens, columns: outputs)
    let matrix = parameters.pointer(weight)
    team.multiply(
      m: tokens, n: outputs, k: inputs, MatrixOperand(x.values, stride: inputs),
      MatrixOperand(matrix, stride: weight.columns, transposed: isTransposed), into: output.values,
      stride: outputs)
    if let bias {
      precondition(bias.count == outputs, "\(bias.count) biases for \(outputs) outputs")
      let offsets = parameters.pointer(bias)
      parallel(tokens, chunk: rowsPerChunk(columns: outputs)) { rows in
        pl_add_bias(
          output.values + rows.lowerBound * outputs, offsets, Int64(rows.count), Int64(outputs),
          Int64(outputs))
      }
    }
    record { [unowned self] in
      guard let upstream = gradient(of: output) else { return }
      let dy = MatrixOperand(upstream, stride: outputs)
      let dweight = parameters.gradientPointer(weight)
      if isTransposed {
        team.multiply(
          m: outputs, n: inputs, k: tokens, MatrixOperand(upstream, stride: outputs, transposed: true),
          MatrixOperand(x.values, stride: inputs), into: dweight, stride: inputs, beta: 1)
      } else {
        team.multiply(
          m: inputs, n: outputs, k: tokens, MatrixOperand(x.values, stride: inputs, transposed: true), dy,
          into: dweight, stride: outputs, beta: 1)
      }
      if let bias {
        let dbias = parameters.gradientPointer(bias)
        parallel(outputs, chunk: 256) { columns in
          pl_column_sums(
            dbias + columns.lowerBound, upstream + columns.lowerBound, Int64(tokens), Int64(columns.count),
            Int64(outputs))
        }
      }
      let dx = gradientTarget(x)
      team.multiply(
        m: tokens, n: inputs, k: outputs, dy,
        MatrixOperand(matrix, stride: weight.columns, transposed: !isTransposed), into: dx.pointer,
        stride: inputs, beta: dx.accumulates ? 1 : 0)
    }
    return output
  }
}
