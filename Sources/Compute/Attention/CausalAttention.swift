extension Tape {
  /// Causal self-attention of each segment to itself and to what is before it: `[tokens, queries | keys | values]`
  /// gives `[rows, heads · headSize]`.
  ///
  /// Probabilities are never kept: a block of query rows sees its keys, and the gradient computes the block again
  /// from the row's log-sum (Dao et al. 2022).
  ///
  /// - Parameters:
  ///   - rows: tokens whose attention is asked for, ascending; of each segment, those before its first one are not
  ///     computed. Nil asks for all.
  ///   - cache: keys and values of earlier tokens, which gains those of these tokens; only without recording.
  public func causalAttention(
    _ x: Tensor, _ shape: AttentionShape, _ segments: [Segment], rows: [Int]? = nil,
    cache: KeyValueCache.Layer? = nil
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
    let firstRows = segments.map { $0.firstRow(of: rows) }
    // Scores and mixing; the gradient has five products.
    let seen = zip(segments, firstRows).reduce(0) { $0 + $1.0.seenTokens(from: $1.1) }
    let operations = 2 * shape.heads * shape.headSize * seen
    team.counts?.attentionOperations += 2 * operations
    let longest = segments.map { $0.before + $0.rows.count }.max() ?? 0
    withWorkerScratch(longest, shape) { scratch in
      team.run(segments.count * shape.keyValueHeads) { task, worker in
        let (index, head) = task.quotientAndRemainder(dividingBy: shape.keyValueHeads)
        let segment = segments[index]
        let work = AttentionTask(
          x: x, output: output, logSums: logSums, shape: shape, segment: segment, firstRow: firstRows[index],
          head: head)
        work.forward(scratch(worker), cached: cache?.context(segment.slot, head))
      }
    }
    record { [unowned self] in
      guard let upstream = gradient(of: output) else { return }
      let target = gradientTarget(x)
      precondition(!target.accumulates, "queries, keys and values have one consumer")
      team.counts?.attentionOperations += 5 * operations
      // What shares a prefix adds to the same gradients, one after the other.
      let families = segments.families
      withWorkerScratch(longest, shape) { scratch in
        team.run(families.count * shape.keyValueHeads) { task, worker in
          for index in families[task / shape.keyValueHeads] {
            let work = AttentionTask(
              x: x, output: output, logSums: logSums, shape: shape, segment: segments[index],
              firstRow: firstRows[index], head: task % shape.keyValueHeads)
            work.backward(upstream, into: target.pointer, scratch(worker))
          }
        }
      }
    }
    return gatherRows(output, rows)
  }

  private func withWorkerScratch(
    _ tokens: Int, _ shape: AttentionShape, _ body: ((Int) -> AttentionScratch) -> Void
  ) {
    let mark = workspace.arena.mark()
    let count = AttentionScratch.count(tokens: tokens, size: shape.headSize)
    let memory = scratch(count * team.count)
    body { worker in AttentionScratch(memory + worker * count, tokens: tokens, size: shape.headSize) }
    workspace.arena.release(to: mark)
  }
}
