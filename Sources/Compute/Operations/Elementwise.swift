import CKernels

/// The form of a Gaussian error linear unit (Hendrycks and Gimpel 2016).
public enum GELUForm: Sendable {
  /// With the error function.
  case exact
  /// With the tanh approximation, `gelu_new` and `gelu_pytorch_tanh` in configurations.
  case tanhApproximation
}

extension Tape {
  /// The sum of two tensors of the same shape; a residual connection.
  public func add(_ x: Tensor, _ y: Tensor) -> Tensor {
    precondition(
      x.rows == y.rows && x.columns == y.columns,
      "[\(x.rows), \(x.columns)] + [\(y.rows), \(y.columns)]")
    let output = makeTensor(
      rows: x.rows, columns: x.columns, needsGradient: x.needsGradient || y.needsGradient)
    parallel(output.count, chunk: 16_384) { range in
      let start = range.lowerBound
      pl_add(output.values + start, x.values + start, y.values + start, Int64(range.count))
    }
    record { [unowned self] in
      guard let upstream = gradient(of: output) else { return }
      if x.needsGradient { pass(upstream, to: x) }
      handOver(upstream, to: y)
    }
    return output
  }

  /// Passes the gradient of an output that nothing reads any more to a summand, which may take over its memory.
  func handOver(_ upstream: UnsafeMutablePointer<Float>, to summand: Tensor) {
    guard summand.needsGradient else { return }
    if gradients[summand.slot] == nil {
      gradients[summand.slot] = upstream
    } else {
      pass(upstream, to: summand)
    }
  }

  private func pass(_ upstream: UnsafeMutablePointer<Float>, to tensor: Tensor) {
    let target = gradientTarget(tensor)
    guard target.accumulates else { return copy(upstream, to: target.pointer, count: tensor.count) }
    parallel(tensor.count, chunk: 16_384) { range in
      let start = range.lowerBound
      pl_accumulate(target.pointer + start, upstream + start, Int64(range.count))
    }
  }

  func copy(_ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int) {
    parallel(count, chunk: 16_384) { range in
      (target + range.lowerBound).update(from: source + range.lowerBound, count: range.count)
    }
  }

  /// `silu(gate) · up` (Shazeer 2020): rows `[gate | up]` of `2 · width` columns give `width` columns.
  public func swiGLU(_ gateUp: Tensor) -> Tensor {
    precondition(gateUp.columns % 2 == 0, "gate and up have the same width")
    let width = gateUp.columns / 2
    let output = makeTensor(rows: gateUp.rows, columns: width)
    parallel(gateUp.rows, chunk: rowsPerChunk(columns: width)) { rows in
      pl_swiglu(
        output.values + rows.lowerBound * width, gateUp.values + rows.lowerBound * 2 * width,
        Int64(rows.count), Int64(width))
    }
    record { [unowned self] in
      guard let upstream = gradient(of: output) else { return }
      let target = gradientTarget(gateUp)
      precondition(!target.accumulates, "a gated layer has one consumer")
      parallel(gateUp.rows, chunk: rowsPerChunk(columns: width)) { rows in
        pl_swiglu_backward(
          target.pointer + rows.lowerBound * 2 * width, upstream + rows.lowerBound * width,
          gateUp.values + rows.lowerBound * 2 * width, Int64(rows.count), Int64(width))
      }
    }
    return output
  }

  /// Gaussian error linear unit of every value.
  public func gelu(_ x: Tensor, _ form: GELUForm) -> Tensor {
    let output = makeTensor(rows: x.rows, columns: x.columns)
    parallel(x.count, chunk: 8_192) { range in
      let start = range.lowerBound
      let forward = form == .exact ? pl_gelu_erf : pl_gelu_tanh
      forward(output.values + start, x.values + start, Int64(range.count))
    }
    record { [unowned self] in
      guard let upstream = gradient(of: output) else { return }
      let target = gradientTarget(x)
      precondition(!target.accumulates, "an activation's input has one consumer")
      parallel(x.count, chunk: 8_192) { range in
        let start = range.lowerBound
        let backward = form == .exact ? pl_gelu_erf_backward : pl_gelu_tanh_backward
        backward(target.pointer + start, upstream + start, x.values + start, Int64(range.count))
      }
    }
    return output
  }
}
