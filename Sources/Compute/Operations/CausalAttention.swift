import CKernels

/// Where queries, keys and values lie in the columns of one tensor, and how many heads there are.
public struct AttentionShape: Sendable {
  public let heads: Int
  /// Fewer than `heads` when several query heads share a key and a value head (Ainslie et al. 2023).
  public let keyValueHeads: Int
  public let headSize: Int
  /// First column of each query, key and value head.
  public let queries: [Int]
  public let keys: [Int]
  public let values: [Int]
  public let scale: Float

  /// Columns `[queries | keys | values]`, heads side by side.
  public init(heads: Int, keyValueHeads: Int, headSize: Int) {
    precondition(heads % keyValueHeads == 0, "\(heads) heads over \(keyValueHeads) key-value heads")
    self.init(
      heads: heads, keyValueHeads: keyValueHeads, headSize: headSize,
      queries: (0..<heads).map { $0 * headSize },
      keys: (0..<keyValueHeads).map { (heads + $0) * headSize },
      values: (0..<keyValueHeads).map { (heads + keyValueHeads + $0) * headSize })
  }

  /// Any other arrangement; together the heads take every column once.
  public init(
    heads: Int, keyValueHeads: Int, headSize: Int, queries: [Int], keys: [Int], values: [Int]
  ) {
    precondition(
      queries.count == heads && keys.count == keyValueHeads && values.count == keyValueHeads,
      "\(queries.count), \(keys.count), \(values.count) columns for \(heads) heads, \(keyValueHeads) shared")
    self.heads = heads
    self.keyValueHeads = keyValueHeads
    self.headSize = headSize
    self.queries = queries
    self.keys = keys
    self.values = values
    scale = 1 / Float(headSize).squareRoot()
  }

  var group: Int { heads / keyValueHeads }
}

/// Consecutive tokens of one sequence in a flat batch.
public struct Segment: Sendable, Hashable {
  /// Rows of the batch.
  public let rows: Range<Int>
  /// Tokens of the same sequence that a cache already holds.
  public let past: Int
  /// Where the cache keeps the sequence.
  public let slot: Int

  public init(rows: Range<Int>, past: Int = 0, slot: Int = 0) {
    self.rows = rows
    self.past = past
    self.slot = slot
  }
}

/// Query rows handled at a time; bounds the scratch memory to `block · keys`.
private let queryBlock = 64

extension Tape {
  /// Causal self-attention within each segment: `[tokens, queries | keys | values]` gives
  /// `[tokens, heads · headSize]`.
  ///
  /// Probabilities are never kept: a block of query rows sees its keys, and the gradient computes the block again
  /// from the row's log-sum (Dao et al. 2022).
  ///
  /// - Parameter cache: keys and values of earlier tokens, which gains those of these tokens; only without
  ///   recording.
  public func causalAttention(
    _ x: Tensor, _ shape: AttentionShape, _ segments: [Segment], cache: KeyValueCache.Layer? = nil
  ) -> Tensor {
    precondition(cache == nil || !isRecording, "gradients do not flow into a cache")
    precondition(
      cache != nil || segments.allSatisfy { $0.past == 0 }, "earlier tokens without the cache that keeps them"
    )
    precondition(
      x.columns == (shape.heads + 2 * shape.keyValueHeads) * shape.headSize,
      "\(x.columns) columns for \(shape.heads) + 2 · \(shape.keyValueHeads) heads of \(shape.headSize)")
    let output = makeTensor(rows: x.rows, columns: shape.heads * shape.headSize)
    let logSums = scratch(x.rows * shape.heads)
    cache?.append(x, shape, segments)
    let longest = segments.map { $0.past + $0.rows.count }.max() ?? 0
    let width = queryBlock * max(1, longest)
    withWorkerScratch(width) { scratch in
      team.run(segments.count * shape.keyValueHeads) { task, worker in
        let work = AttentionTask(
          x: x, output: output, logSums: logSums, shape: shape,
          segment: segments[task / shape.keyValueHeads], head: task % shape.keyValueHeads, cache: cache)
        work.forward(scores: scratch + worker * width)
      }
    }
    record { [unowned self] in
      guard let upstream = gradient(of: output) else { return }
      let target = gradientTarget(x)
      precondition(!target.accumulates, "queries, keys and values have one consumer")
      withWorkerScratch(2 * width) { scratch in
        team.run(segments.count * shape.keyValueHeads) { task, worker in
          let work = AttentionTask(
            x: x, output: output, logSums: logSums, shape: shape,
            segment: segments[task / shape.keyValueHeads], head: task % shape.keyValueHeads, cache: nil)
          let memory = scratch + worker * 2 * width
          work.backward(upstream, into: target.pointer, scores: memory, dscores: memory + width)
        }
      }
    }
    return output
  }

  private func withWorkerScratch(_ count: Int, _ body: (UnsafeMutablePointer<Float>) -> Void) {
    let mark = workspace.arena.mark()
    body(scratch(count * team.count))
    workspace.arena.release(to: mark)
  }
}

/// One key-value head of one segment, with the query heads that share it.
private struct AttentionTask {
  let x: Tensor
  let output: Tensor
  let logSums: UnsafeMutablePointer<Float>
  let shape: AttentionShape
  let segment: Segment
  let head: Int
  let cache: KeyValueCache.Layer?

  private var size: Int { shape.headSize }
  private var queryHeads: Range<Int> { head * shape.group..<(head + 1) * shape.group }

  private func rows(_ base: UnsafeMutablePointer<Float>, column: Int) -> UnsafeMutablePointer<Float> {
    base + segment.rows.lowerBound * x.columns + column
  }

  private func outputRows(_ base: UnsafeMutablePointer<Float>, _ queryHead: Int)
    -> UnsafeMutablePointer<Float>
  { base + segment.rows.lowerBound * output.columns + queryHead * size }

  private var keys: MatrixOperand {
    cache?.keys(segment.slot, head)
      ?? MatrixOperand(rows(x.values, column: shape.keys[head]), stride: x.columns)
  }

  private var values: MatrixOperand {
    cache?.values(segment.slot, head)
      ?? MatrixOperand(rows(x.values, column: shape.values[head]), stride: x.columns)
  }

  private func blocks(_ body: (Range<Int>) -> Void) {
    for start in stride(from: 0, to: segment.rows.count, by: queryBlock) {
      body(start..<min(start + queryBlock, segment.rows.count))
    }
  }

  func forward(scores: UnsafeMutablePointer<Float>) {
    let keys = keys
    let values = values
    for queryHead in queryHeads {
      let queries = rows(x.values, column: shape.queries[queryHead])
      blocks { block in
        let visible = segment.past + block.upperBound
        multiply(
          m: block.count, n: visible, k: size,
          MatrixOperand(queries + block.lowerBound * x.columns, stride: x.columns),
          MatrixOperand(keys.pointer, stride: keys.stride, transposed: true), into: scores, stride: visible)
        for row in block {
          let index = (segment.rows.lowerBound + row) * shape.heads + queryHead
          logSums[index] = pl_softmax_row(
            scores + (row - block.lowerBound) * visible, Int64(segment.past + row + 1), Int64(visible),
            shape.scale)
        }
        multiply(
          m: block.count, n: size, k: visible, MatrixOperand(scores, stride: visible), values,
          into: outputRows(output.values, queryHead) + block.lowerBound * output.columns,
          stride: output.columns)
      }
    }
  }

  func backward(
    _ upstream: UnsafeMutablePointer<Float>, into target: UnsafeMutablePointer<Float>,
    scores: UnsafeMutablePointer<Float>, dscores: UnsafeMutablePointer<Float>
  ) {
    let dkeys = rows(target, column: shape.keys[head])
    let dvalues = rows(target, column: shape.values[head])
    for row in 0..<segment.rows.count {
      (dkeys + row * x.columns).update(repeating: 0, count: size)
      (dvalues + row * x.columns).update(repeating: 0, count: size)
    }
    for queryHead in queryHeads {
      let queries = rows(x.values, column: shape.queries[queryHead])
      let dqueries = rows(target, column: shape.queries[queryHead])
      blocks { block in
        let visible = block.upperBound
        let blockQueries = MatrixOperand(queries + block.lowerBound * x.columns, stride: x.columns)
        let douts = outputRows(upstream, queryHead) + block.lowerBound * output.columns
        multiply(
          m: block.count, n: visible, k: size, blockQueries,
          MatrixOperand(keys.pointer, stride: keys.stride, transposed: true), into: scores, stride: visible)
        multiply(
          m: block.count, n: visible, k: size, MatrixOperand(douts, stride: output.columns),
          MatrixOperand(values.pointer, stride: values.stride, transposed: true), into: dscores,
          stride: visible)
        let outs = outputRows(output.values, queryHead) + block.lowerBound * output.columns
        for row in 0..<block.count {
          let position = block.lowerBound + row
          let seen = Int64(position + 1)
          let logSum = logSums[(segment.rows.lowerBound + position) * shape.heads + queryHead]
          pl_probabilities_row(scores + row * visible, seen, Int64(visible), shape.scale, logSum)
          let dot = pl_dot(douts + row * output.columns, outs + row * output.columns, Int64(size))
          pl_softmax_backward_row(
            dscores + row * visible, scores + row * visible, Float(dot), seen, Int64(visible), shape.scale)
        }
        multiply(
          m: block.count, n: size, k: visible, MatrixOperand(dscores, stride: visible), keys,
          into: dqueries + block.lowerBound * x.columns, stride: x.columns)
        multiply(
          m: visible, n: size, k: block.count, MatrixOperand(dscores, stride: visible, transposed: true),
          blockQueries, into: dkeys, stride: x.columns, beta: 1)
        multiply(
          m: visible, n: size, k: block.count, MatrixOperand(scores, stride: visible, transposed: true),
          MatrixOperand(douts, stride: output.columns), into: dvalues, stride: x.columns, beta: 1)
      }
    }
  }
}
