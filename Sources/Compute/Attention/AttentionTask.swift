import CKernels

/// One key-value head of one segment, with the query heads that share it.
struct AttentionTask {
  let x: Tensor
  let output: Tensor
  let logSums: UnsafeMutablePointer<Float>
  let shape: AttentionShape
  let segment: Segment
  /// First row of the segment that attends; those before it only are seen.
  let firstRow: Int
  let head: Int

  /// Query rows handled at a time: bounds the memory for scores, and what is computed of tokens not to be seen.
  static let queryBlock = 32

  private var size: Int { shape.headSize }
  /// Tokens that the segment's last row sees.
  private var tokens: Int { segment.before + segment.rows.count }

  private var queryHeads: Range<Int> { head * shape.group..<(head + 1) * shape.group }

  /// A block of consecutive query rows of one head.
  private struct Block {
    let head: Int
    /// First row in the batch.
    let row: Int
    let count: Int
    /// Tokens that the first and the last row see.
    let first, last: Int
    /// How far rows of scores are apart.
    let stride: Int
  }

  private func forEachBlock(_ body: (Block) -> Void) {
    for head in queryHeads {
      for start in stride(from: firstRow, to: segment.rows.count, by: Self.queryBlock) {
        let count = min(Self.queryBlock, segment.rows.count - start)
        let last = segment.before + start + count
        body(
          Block(
            head: head, row: segment.rows.lowerBound + start, count: count, first: last - count + 1,
            last: last, stride: roundedToLanes(last)))
      }
    }
  }

  private func queries(_ base: UnsafeMutablePointer<Float>, _ block: Block) -> UnsafeMutablePointer<Float> {
    base + block.row * x.columns + shape.queries[block.head]
  }

  private func outputs(_ base: UnsafeMutablePointer<Float>, _ block: Block) -> UnsafeMutablePointer<Float> {
    base + block.row * output.columns + block.head * size
  }

  private func logSums(_ block: Block) -> UnsafeMutablePointer<Float> {
    logSums + block.row * shape.heads + block.head
  }

  /// The products of a block's rows with every token's column.
  private func score(
    _ rows: UnsafePointer<Float>, stride: Int, _ columns: UnsafePointer<Float>, stride columnStride: Int,
    _ block: Block, into scores: UnsafeMutablePointer<Float>
  ) {
    pl_block_product(
      Int64(block.count), Int64(block.stride), Int64(size), rows, Int64(stride), 1, columns,
      Int64(columnStride), scores, Int64(block.stride), 0)
  }

  /// The sums of the tokens' rows with a block's scores as weights.
  private func mix(
    _ scores: UnsafePointer<Float>, _ rows: UnsafePointer<Float>, _ block: Block,
    into target: UnsafeMutablePointer<Float>, stride: Int
  ) {
    pl_block_product(
      Int64(block.count), Int64(size), Int64(block.last), scores, Int64(block.stride), 1, rows, Int64(size),
      target, Int64(stride), 0)
  }

  /// Adds a block's rows to the tokens' with the scores as weights.
  private func spread(
    _ scores: UnsafePointer<Float>, _ rows: UnsafePointer<Float>, stride: Int, _ block: Block,
    into target: UnsafeMutablePointer<Float>
  ) {
    pl_block_product(
      Int64(block.last), Int64(size), Int64(block.count), scores, 1, Int64(block.stride), rows,
      Int64(stride), target, Int64(size), 1)
  }

  /// - Parameters:
  ///   - cached: where a cache has the tokens; nil takes them from `x`.
  func forward(_ scratch: AttentionScratch, cached: AttentionContext?) {
    guard firstRow < segment.rows.count else { return }
    let context = cached ?? gather(scratch)
    forEachBlock { block in
      score(
        queries(x.values, block), stride: x.columns, context.keys, stride: context.stride, block,
        into: scratch.scores)
      pl_causal_softmax(
        scratch.scores, Int64(block.stride), Int64(block.count), Int64(block.first), shape.scale,
        logSums(block), Int64(shape.heads))
      mix(scratch.scores, context.values, block, into: outputs(output.values, block), stride: output.columns)
    }
  }

  /// Sets the gradients of the segment's queries, keys and values, and adds to those of its prefix.
  ///
  /// - Parameters:
  ///   - upstream: gradient of the output.
  ///   - target: gradient of `x`.
  func backward(
    _ upstream: UnsafeMutablePointer<Float>, into target: UnsafeMutablePointer<Float>,
    _ scratch: AttentionScratch
  ) {
    let context = gather(scratch)
    forEachSeen { rows, first in
      let source = x.values + rows.lowerBound * x.columns
      copyRows(
        source + shape.keys[head], rows: rows.count, columns: size, stride: x.columns,
        to: scratch.keyRows + first * size)
      transpose(
        source + shape.values[head], rows: rows.count, columns: size, stride: x.columns,
        to: scratch.valueColumns + first, stride: context.stride)
    }
    scratch.keyGradients.update(repeating: 0, count: tokens * size)
    scratch.valueGradients.update(repeating: 0, count: tokens * size)
    forEachBlock { block in
      let (queries, outs) = (queries(x.values, block), outputs(upstream, block))
      score(queries, stride: x.columns, context.keys, stride: context.stride, block, into: scratch.scores)
      score(
        outs, stride: output.columns, scratch.valueColumns, stride: context.stride, block,
        into: scratch.dscores)
      pl_causal_softmax_backward(
        scratch.dscores, scratch.scores, Int64(block.stride), Int64(block.count), Int64(block.first),
        shape.scale, logSums(block), Int64(shape.heads), outs, outputs(output.values, block),
        Int64(output.columns), Int64(size))
      mix(scratch.dscores, scratch.keyRows, block, into: self.queries(target, block), stride: x.columns)
      spread(scratch.dscores, queries, stride: x.columns, block, into: scratch.keyGradients)
      spread(scratch.scores, outs, stride: output.columns, block, into: scratch.valueGradients)
    }
    scatter(scratch, into: target)
    for row in segment.rows.prefix(firstRow) {
      for head in queryHeads {
        (target + row * x.columns + shape.queries[head]).update(repeating: 0, count: size)
      }
    }
  }

  /// Lays together what the segment's rows see.
  private func gather(_ scratch: AttentionScratch) -> AttentionContext {
    forEachSeen { rows, first in scratch.context.store(rows, of: x, shape, head: head, at: first) }
    return scratch.context
  }

  /// Rows of the batch that the segment sees, each part with the tokens in front of it.
  private func forEachSeen(_ body: (_ rows: Range<Int>, _ first: Int) -> Void) {
    var first = 0
    for rows in segment.seen {
      body(rows, first)
      first += rows.count
    }
  }

  /// Hands the gradients of keys and values to the rows they are of, the prefix's beside those of other segments.
  private func scatter(_ scratch: AttentionScratch, into target: UnsafeMutablePointer<Float>) {
    forEachSeen { rows, first in
      let lines = target + rows.lowerBound * x.columns
      for (gradients, column) in [
        (scratch.keyGradients, shape.keys[head]), (scratch.valueGradients, shape.values[head]),
      ] {
        pl_copy_rows(
          Int64(rows.count), Int64(size), gradients + first * size, Int64(size), lines + column,
          Int64(x.columns),
          rows == segment.rows ? 0 : 1)
      }
    }
  }
}
