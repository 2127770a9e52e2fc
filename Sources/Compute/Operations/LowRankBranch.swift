import CKernels

/// One adapter at work in a linear layer: which of the layer's outputs it adds to.
struct LowRankBranch {
  let adapter: LowRankAdapter
  /// Its index in the store's set.
  let index: Int
  /// First of the layer's output columns that it adds to.
  let column: Int
  /// `scale · dropout(x) Aᵀ`, `[tokens, rank]`, kept for the gradient of `B`.
  let inner: UnsafeMutablePointer<Float>
  let dropout: AdapterDropout?
  /// Row of the training that the tape's first row is.
  let firstRow: UInt64

  var outputs: Int { adapter.up.rows }
  var inputs: Int { adapter.down.columns }
}

extension Tape {
  /// The adapters on a weight, ready to add their part to `rows` rows.
  func lowRankBranches(of weight: Parameter, layout: WeightLayout, rows: Int) -> [LowRankBranch] {
    guard let set = parameters.adapters else { return [] }
    let dropout = isRecording ? set.dropout : nil
    return set.indices(within: weight).map { index in
      let adapter = set.adapters[index]
      precondition(adapter.layout == layout, "an adapter for another layout of its weight")
      precondition(
        layout == .outputsByInputs || adapter.weight == weight, "neighbours in columns are not one matrix")
      if dropout != nil { droppedRows = max(droppedRows, rows) }
      return LowRankBranch(
        adapter: adapter, index: index, column: (adapter.weight.offset - weight.offset) / weight.columns,
        inner: scratch(rows * adapter.rank), dropout: dropout, firstRow: set.row)
    }
  }

  /// `y += scale · dropout(x) Aᵀ Bᵀ` in the branch's columns.
  func add(_ branch: LowRankBranch, of x: Tensor, to output: Tensor) {
    let (tokens, rank) = (x.rows, branch.adapter.rank)
    withDropout(branch, x) { values in
      team.multiply(
        m: tokens, n: rank, k: branch.inputs, MatrixOperand(values, stride: branch.inputs),
        MatrixOperand(parameters.pointer(branch.adapter.down), stride: branch.inputs, transposed: true),
        into: branch.inner, stride: rank)
    }
    pl_scale(branch.inner, branch.adapter.scale, Int64(tokens * rank))
    team.multiply(
      m: tokens, n: branch.outputs, k: rank, MatrixOperand(branch.inner, stride: rank),
      MatrixOperand(parameters.pointer(branch.adapter.up), stride: rank, transposed: true),
      into: output.values + branch.column, stride: output.columns, beta: 1)
  }

  /// Adds the gradients of `A`, `B` and `x`, of which the frozen weight's part is already there.
  func addGradients(
    of branch: LowRankBranch, from upstream: UnsafeMutablePointer<Float>, stride: Int, _ x: Tensor
  ) {
    let (tokens, rank, inputs) = (x.rows, branch.adapter.rank, branch.inputs)
    let mark = workspace.arena.mark()
    defer { workspace.arena.release(to: mark) }
    let dy = MatrixOperand(upstream + branch.column, stride: stride)
    let up = MatrixOperand(parameters.pointer(branch.adapter.up), stride: rank)
    // [tokens, rank]
    let dinner = scratch(tokens * rank)
    team.multiply(m: tokens, n: rank, k: branch.outputs, dy, up, into: dinner, stride: rank)
    pl_scale(dinner, branch.adapter.scale, Int64(tokens * rank))
    if parameters.isTrained(branch.adapter.up) {
      team.multiply(
        m: branch.outputs, n: rank, k: tokens, dy.transposed, MatrixOperand(branch.inner, stride: rank),
        into: parameters.gradientPointer(branch.adapter.up), stride: rank, beta: 1)
      withDropout(branch, x) { values in
        team.multiply(
          m: rank, n: inputs, k: tokens, MatrixOperand(dinner, stride: rank, transposed: true),
          MatrixOperand(values, stride: inputs), into: parameters.gradientPointer(branch.adapter.down),
          stride: inputs, beta: 1)
      }
    }
    guard x.needsGradient else { return }
    let dx = gradientTarget(x)
    let down = MatrixOperand(parameters.pointer(branch.adapter.down), stride: inputs)
    guard let dropout = branch.dropout else {
      return team.multiply(
        m: tokens, n: inputs, k: rank, MatrixOperand(dinner, stride: rank), down, into: dx.pointer,
        stride: inputs, beta: 1)
    }
    let part = scratch(tokens * inputs)
    team.multiply(
      m: tokens, n: inputs, k: rank, MatrixOperand(dinner, stride: rank), down, into: part, stride: inputs)
    apply(dropout, branch, to: part, rows: tokens)
    parallel(tokens * inputs, chunk: 16_384) { range in
      pl_accumulate(dx.pointer + range.lowerBound, part + range.lowerBound, Int64(range.count))
    }
  }

  /// Hands over the values of `x` that dropout leaves; they are made anew each time.
  private func withDropout(
    _ branch: LowRankBranch, _ x: Tensor, _ body: (UnsafeMutablePointer<Float>) -> Void
  ) {
    guard let dropout = branch.dropout else { return body(x.values) }
    let mark = workspace.arena.mark()
    defer { workspace.arena.release(to: mark) }
    let values = scratch(x.count)
    values.update(from: x.values, count: x.count)
    apply(dropout, branch, to: values, rows: x.rows)
    body(values)
  }

  private func apply(
    _ dropout: AdapterDropout, _ branch: LowRankBranch, to values: UnsafeMutablePointer<Float>, rows: Int
  ) {
    let columns = branch.inputs
    parallel(rows, chunk: rowsPerChunk(columns: 8 * columns)) { range in
      for row in range {
        dropout.apply(
          to: values + row * columns, columns: columns, adapter: branch.index,
          row: branch.firstRow + UInt64(row))
      }
    }
  }
}
