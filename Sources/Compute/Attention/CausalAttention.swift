extension Tape {
  /// Causal self-attention of each segment to itself and to what is before it: `[tokens, queries | keys | values]`
  /// gives `[tokens, heads · headSize]`.
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
    // Scores and mixing; the gradient has five products.
    let operations = 2 * shape.heads * shape.headSize * segments.reduce(0) { $0 + $1.seenTokens }
    team.counts?.attentionOperations += 2 * operations
    let longest = segments.map { $0.before + $0.rows.count }.max() ?? 0
    withWorkerScratch(longest, shape) { scratch in
      team.run(segments.count * shape.keyValueHeads) { task, worker in
        let (segment, head) = (segments[task / shape.keyValueHeads], task % shape.keyValueHeads)
        let work = AttentionTask(
          x: x, output: output, logSums: logSums, shape: shape, segment: segment, head: head)
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
              head: task % shape.keyValueHeads)
            work.backward(upstream, into: target.pointer, scratch(worker))
          }
        }
      }
    }
    return output
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
