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
  ///
  /// Adapters that the store has on the weight, or on one of the neighbours it consists of, add their part.
  ///
  /// - Parameter residual: `[tokens, outputs]`, to which the product is added; a residual connection.
  public func linear(
    _ x: Tensor, _ weight: Parameter, bias: Parameter? = nil, layout: WeightLayout = .outputsByInputs,
    addedTo residual: Tensor? = nil
  ) -> Tensor {
    let isTransposed = layout == .outputsByInputs
    let outputs = isTransposed ? weight.rows : weight.columns
    let inputs = isTransposed ? weight.columns : weight.rows
    precondition(
      x.columns == inputs, "[\(x.rows), \(x.columns)] does not fit a weight with \(inputs) inputs")
    let tokens = x.rows
    let isTrained = parameters.isTrained(weight)
    let branches = lowRankBranches(of: weight, layout: layout, rows: tokens)
    let needsGradient =
      isTrained || x.needsGradient || !branches.isEmpty || residual?.needsGradient ?? false
    let output = makeTensor(rows: tokens, columns: outputs, needsGradient: needsGradient)
    let matrix = parameters.pointer(weight)
    if let residual {
      precondition(
        residual.rows == tokens && residual.columns == outputs,
        "[\(residual.rows), \(residual.columns)] + [\(tokens), \(outputs)]")
      copy(residual.values, to: output.values, count: output.count)
    }
    team.multiply(
      m: tokens, n: outputs, k: inputs, MatrixOperand(x.values, stride: inputs),
      MatrixOperand(matrix, stride: weight.columns, transposed: isTransposed), into: output.values,
      stride: outputs, beta: residual == nil ? 0 : 1)
    if let bias {
      precondition(bias.count == outputs, "\(bias.count) biases for \(outputs) outputs")
      let offsets = parameters.pointer(bias)
      parallel(tokens, chunk: rowsPerChunk(columns: outputs)) { rows in
        pl_add_bias(
          output.values + rows.lowerBound * outputs, offsets, Int64(rows.count), Int64(outputs),
          Int64(outputs))
      }
    }
    for branch in branches { add(branch, of: x, to: output) }
    guard needsGradient else { return output }
    record { [unowned self] in
      guard let upstream = gradient(of: output) else { return }
      if isTrained {
        addWeightGradient(upstream, x, weight, bias: bias, isTransposed: isTransposed)
      }
      if x.needsGradient {
        let dx = gradientTarget(x)
        team.multiply(
          m: tokens, n: inputs, k: outputs, MatrixOperand(upstream, stride: outputs),
          MatrixOperand(matrix, stride: weight.columns, transposed: !isTransposed), into: dx.pointer,
          stride: inputs, beta: dx.accumulates ? 1 : 0)
      }
      for branch in branches { addGradients(of: branch, from: upstream, stride: outputs, x) }
      if let residual { handOver(upstream, to: residual) }
    }
    return output
  }

  /// Adds the gradients of a weight and its bias, `xᵀ dy` in the weight's layout.
  private func addWeightGradient(
    _ upstream: UnsafeMutablePointer<Float>, _ x: Tensor, _ weight: Parameter, bias: Parameter?,
    isTransposed: Bool
  ) {
    let (tokens, inputs) = (x.rows, x.columns)
    let outputs = weight.count / inputs
    let dweight = parameters.gradientPointer(weight)
    if isTransposed {
      team.multiply(
        m: outputs, n: inputs, k: tokens, MatrixOperand(upstream, stride: outputs, transposed: true),
        MatrixOperand(x.values, stride: inputs), into: dweight, stride: inputs, beta: 1)
    } else {
      team.multiply(
        m: inputs, n: outputs, k: tokens, MatrixOperand(x.values, stride: inputs, transposed: true),
        MatrixOperand(upstream, stride: outputs), into: dweight, stride: outputs, beta: 1)
    }
    guard let bias else { return }
    let dbias = parameters.gradientPointer(bias)
    parallel(outputs, chunk: 256) { columns in
      pl_column_sums(
        dbias + columns.lowerBound, upstream + columns.lowerBound, Int64(tokens), Int64(columns.count),
        Int64(outputs))
    }
  }
}
