import CKernels

extension Tape {
  /// Root-mean-square norm of each row (Zhang and Sennrich 2019): `x / sqrt(mean(x²) + ε) · w`.
  public func rmsNorm(_ x: Tensor, _ weight: Parameter, epsilon: Float) -> Tensor {
    let columns = x.columns
    let isTrained = parameters.isTrained(weight)
    let output = makeTensor(rows: x.rows, columns: columns, needsGradient: x.needsGradient || isTrained)
    let inverse = scratch(x.rows)
    let scale = parameters.pointer(weight)
    parallel(x.rows, chunk: rowsPerChunk(columns: columns)) { rows in
      let start = rows.lowerBound * columns
      pl_rms_norm(
        output.values + start, inverse + rows.lowerBound, x.values + start, scale, Int64(rows.count),
        Int64(columns), epsilon)
    }
    guard output.needsGradient else { return output }
    record { [unowned self] in
      guard let upstream = gradient(of: output) else { return }
      let dx = gradientTarget(x)
      let targets = isTrained ? [(parameters.gradientPointer(weight), columns)] : []
      sumOverRowBlocks(rows: x.rows, width: columns, into: targets) { rows, partial in
        let start = rows.lowerBound * columns
        pl_rms_norm_backward(
          dx.pointer + start, partial, upstream + start, x.values + start, scale, inverse + rows.lowerBound,
          Int64(rows.count), Int64(columns), dx.accumulates ? 1 : 0)
      }
    }
    return output
  }

  /// Layer norm of each row (Ba et al. 2016): `(x - mean) / sqrt(variance + ε) · w + b`.
  public func layerNorm(_ x: Tensor, _ weight: Parameter, _ bias: Parameter, epsilon: Float) -> Tensor {
    let columns = x.columns
    let isTrained = parameters.isTrained(weight)
    let output = makeTensor(rows: x.rows, columns: columns, needsGradient: x.needsGradient || isTrained)
    let inverse = scratch(x.rows)
    let mean = scratch(x.rows)
    let scale = parameters.pointer(weight)
    let offset = parameters.pointer(bias)
    parallel(x.rows, chunk: rowsPerChunk(columns: columns)) { rows in
      let start = rows.lowerBound * columns
      pl_layer_norm(
        output.values + start, mean + rows.lowerBound, inverse + rows.lowerBound, x.values + start, scale,
        offset, Int64(rows.count), Int64(columns), epsilon)
    }
    guard output.needsGradient else { return output }
    record { [unowned self] in
      guard let upstream = gradient(of: output) else { return }
      let dx = gradientTarget(x)
      let targets =
        isTrained
        ? [(parameters.gradientPointer(weight), columns), (parameters.gradientPointer(bias), columns)] : []
      sumOverRowBlocks(rows: x.rows, width: 2 * columns, into: targets) { rows, partial in
        let start = rows.lowerBound * columns
        pl_layer_norm_backward(
          dx.pointer + start, partial, partial + columns, upstream + start, x.values + start, scale,
          mean + rows.lowerBound, inverse + rows.lowerBound, Int64(rows.count), Int64(columns),
          dx.accumulates ? 1 : 0)
      }
    }
    return output
  }

  /// Sums `width` values over row blocks of a fixed size: blocks in parallel, their partial sums in order.
  ///
  /// - Parameter targets: where consecutive parts of the sum are added, with their lengths; none if nobody asks.
  private func sumOverRowBlocks(
    rows: Int, width: Int, into targets: [(UnsafeMutablePointer<Float>, Int)],
    _ body: (Range<Int>, UnsafeMutablePointer<Float>) -> Void
  ) {
    let mark = workspace.arena.mark()
    defer { workspace.arena.release(to: mark) }
    let block = max(32, rowsPerChunk(columns: width))
    let blocks = (rows + block - 1) / block
    let partials = scratch(blocks * width)
    partials.update(repeating: 0, count: blocks * width)
    parallel(rows, chunk: block) { range in body(range, partials + range.lowerBound / block * width) }
    for index in 0..<blocks {
      var start = partials + index * width
      for (target, count) in targets {
        pl_accumulate(target, start, Int64(count))
        start += count
      }
    }
  }
}
