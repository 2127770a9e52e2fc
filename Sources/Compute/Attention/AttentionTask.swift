import CKernels

/// Query rows handled at a time; bounds the scratch memory to `block · keys`.
let queryBlock = 64

/// One key-value head of one segment, with the query heads that share it.
struct AttentionTask {
  let x: Tensor
  let output: Tensor
  let logSums: UnsafeMutablePointer<Float>
  let shape: AttentionShape
  let segment: Segment
  let head: Int
  let cache: KeyValueCache.Layer?

  private var size: Int { shape.headSize }
  private var queryHeads: Range<Int> { head * shape.group..<(head + 1) * shape.group }

  /// Keys and values that lie together: the first `columns` of a block's scores from `column` on are theirs.
  private struct Part {
    let column: Int
    let count: Int
    let keys: MatrixOperand
    let values: MatrixOperand
    /// First row in the batch.
    let row: Int
  }

  /// What a block of queries sees, in the order of the tokens.
  ///
  /// - Parameter own: how many of the segment's own rows.
  private func forEachPart(own: Int, _ body: (Part) -> Void) {
    if let cache {
      body(
        Part(
          column: 0, count: segment.past + own, keys: cache.keys(segment.slot, head),
          values: cache.values(segment.slot, head), row: segment.rows.lowerBound))
      return
    }
    var column = 0
    for rows in segment.prefix {
      body(part(rows, column: column))
      column += rows.count
    }
    let start = segment.rows.lowerBound
    body(part(start..<start + own, column: column))
  }

  private func part(_ rows: Range<Int>, column: Int) -> Part {
    let base = x.values + rows.lowerBound * x.columns
    return Part(
      column: column, count: rows.count, keys: MatrixOperand(base + shape.keys[head], stride: x.columns),
      values: MatrixOperand(base + shape.values[head], stride: x.columns), row: rows.lowerBound)
  }

  private func blocks(_ body: (Range<Int>) -> Void) {
    for start in stride(from: 0, to: segment.rows.count, by: queryBlock) {
      body(start..<min(start + queryBlock, segment.rows.count))
    }
  }

  private func queries(_ queryHead: Int, _ block: Range<Int>) -> MatrixOperand {
    let row = segment.rows.lowerBound + block.lowerBound
    return MatrixOperand(x.values + row * x.columns + shape.queries[queryHead], stride: x.columns)
  }

  private func outputs(_ base: UnsafeMutablePointer<Float>, _ queryHead: Int, _ block: Range<Int>)
    -> UnsafeMutablePointer<Float>
  { base + (segment.rows.lowerBound + block.lowerBound) * output.columns + queryHead * size }

  /// - Parameter scores: scratch for a block's rows.
  func forward(scores: UnsafeMutablePointer<Float>) {
    for queryHead in queryHeads {
      blocks { block in
        let visible = segment.before + block.upperBound
        let queries = queries(queryHead, block)
        forEachPart(own: block.upperBound) { part in
          multiply(
            m: block.count, n: part.count, k: size, queries, part.keys.transposed,
            into: scores + part.column, stride: visible)
        }
        for row in block {
          let index = (segment.rows.lowerBound + row) * shape.heads + queryHead
          logSums[index] = pl_softmax_row(
            scores + (row - block.lowerBound) * visible, Int64(segment.before + row + 1), Int64(visible),
            shape.scale)
        }
        let mixed = outputs(output.values, queryHead, block)
        forEachPart(own: block.upperBound) { part in
          multiply(
            m: block.count, n: size, k: part.count, MatrixOperand(scores + part.column, stride: visible),
            part.values, into: mixed, stride: output.columns, beta: part.column == 0 ? 0 : 1)
        }
      }
    }
  }

  /// Zeroes the gradients of the segment's own keys and values.
  func clearKeyValueGradients(_ target: UnsafeMutablePointer<Float>) {
    for row in segment.rows {
      (target + row * x.columns + shape.keys[head]).update(repeating: 0, count: size)
      (target + row * x.columns + shape.values[head]).update(repeating: 0, count: size)
    }
  }

  /// Adds to the gradients of keys and values, those of the prefix too, and sets those of the queries.
  ///
  /// - Parameters:
  ///   - upstream: gradient of the output.
  ///   - target: gradient of `x`.
  func backward(
    _ upstream: UnsafeMutablePointer<Float>, into target: UnsafeMutablePointer<Float>,
    scores: UnsafeMutablePointer<Float>, dscores: UnsafeMutablePointer<Float>
  ) {
    for queryHead in queryHeads {
      blocks { block in
        let visible = segment.before + block.upperBound
        let queries = queries(queryHead, block)
        let douts = MatrixOperand(outputs(upstream, queryHead, block), stride: output.columns)
        forEachPart(own: block.upperBound) { part in
          multiply(
            m: block.count, n: part.count, k: size, queries, part.keys.transposed,
            into: scores + part.column, stride: visible)
          multiply(
            m: block.count, n: part.count, k: size, douts, part.values.transposed,
            into: dscores + part.column, stride: visible)
        }
        let outs = outputs(output.values, queryHead, block)
        for row in 0..<block.count {
          let position = block.lowerBound + row
          let seen = Int64(segment.before + position + 1)
          let logSum = logSums[(segment.rows.lowerBound + position) * shape.heads + queryHead]
          pl_probabilities_row(scores + row * visible, seen, Int64(visible), shape.scale, logSum)
          let dot = pl_dot(
            douts.pointer + row * output.columns, outs + row * output.columns, Int64(size))
          pl_softmax_backward_row(
            dscores + row * visible, scores + row * visible, Float(dot), seen, Int64(visible), shape.scale)
        }
        let dqueries =
          target + (segment.rows.lowerBound + block.lowerBound) * x.columns + shape.queries[queryHead]
        forEachPart(own: block.upperBound) { part in
          let dpart = MatrixOperand(dscores + part.column, stride: visible)
          let gradients = target + part.row * x.columns
          multiply(
            m: block.count, n: size, k: part.count, dpart, part.keys, into: dqueries, stride: x.columns,
            beta: part.column == 0 ? 0 : 1)
          multiply(
            m: part.count, n: size, k: block.count, dpart.transposed, queries,
            into: gradients + shape.keys[head], stride: x.columns, beta: 1)
          multiply(
            m: part.count, n: size, k: block.count,
            MatrixOperand(scores + part.column, stride: visible, transposed: true), douts,
            into: gradients + shape.values[head], stride: x.columns, beta: 1)
        }
      }
    }
  }
}
