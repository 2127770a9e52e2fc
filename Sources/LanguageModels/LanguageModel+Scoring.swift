import Compute

extension LanguageModel {
  /// Tokens that are scored at a time where nothing is trained.
  public static let tokensScored = 4096

  /// Log-probabilities of the tokens `ids[first...]` of each sequence given all before them, in nats.
  ///
  /// Sequences are taken in batches of at most `tokensPerBatch` tokens.
  ///
  /// - Parameter sequences: ids and the index of the first token to score, at least 1.
  public func tokenLogProbabilities(
    _ sequences: [(ids: [Int32], first: Int)], workspace: Workspace, temperature: Float = 1,
    tokensPerBatch: Int = tokensScored
  ) -> [[Float]] {
    var results: [[Float]] = []
    results.reserveCapacity(sequences.count)
    var start = 0
    while start < sequences.count {
      var end = start
      var tokens = 0
      while end < sequences.count, end == start || tokens + sequences[end].ids.count <= tokensPerBatch {
        tokens += sequences[end].ids.count
        end += 1
      }
      let group = sequences[start..<end]
      let tape = Tape(parameters, workspace: workspace, recording: false)
      let scored = PredictionBatch(group.map { ($0.ids, $0.first..<$0.ids.count) }, for: self)
      let head = predict(scored, tape, temperature: temperature)
      for range in scored.outputRanges { results.append(Array(head.logProbabilities[range])) }
      workspace.arena.reset()
      start = end
    }
    return results
  }

  /// The scalar after the last token of each sequence.
  public func scores(
    _ sequences: [[Int32]], workspace: Workspace, tokensPerBatch: Int = tokensScored
  ) -> [Float] {
    var results: [Float] = []
    results.reserveCapacity(sequences.count)
    forEachBatch(of: sequences, workspace, tokensPerBatch) { tape, hidden in
      results += tape.scalarHead(hidden, scoreWeight).values
    }
    return results
  }

  /// Log-probabilities of the labels after the last token of each sequence: `[sequences][labels]`, in nats.
  public func labelLogProbabilities(
    _ sequences: [[Int32]], workspace: Workspace, tokensPerBatch: Int = tokensScored
  ) -> [[Double]] {
    var results: [[Double]] = []
    results.reserveCapacity(sequences.count)
    forEachBatch(of: sequences, workspace, tokensPerBatch) { tape, hidden in
      let logits = tape.logits(hidden, scoreWeight)
      for row in 0..<logits.rows { results.append(logSoftmax(logits.row(row).map(Double.init))) }
    }
    return results
  }

  /// Hidden states after the last token of each sequence: `[sequences, hidden]`.
  ///
  /// The sequences have no padding, so this is where `transformers` pools: at the last token that is none.
  public func lastHiddenStates(_ sequences: some Sequence<[Int32]>, _ tape: Tape) -> Tensor {
    var batch = TokenBatch()
    let places = place(Array(sequences), in: &batch)
    return hiddenStates(tape, batch, of: places.map(\.last))
  }

  private func forEachBatch(
    of sequences: [[Int32]], _ workspace: Workspace, _ tokensPerBatch: Int,
    _ body: (_ tape: Tape, _ lastHidden: Tensor) -> Void
  ) {
    var start = 0
    while start < sequences.count {
      var end = start
      var tokens = 0
      while end < sequences.count, end == start || tokens + sequences[end].count <= tokensPerBatch {
        tokens += sequences[end].count
        end += 1
      }
      let tape = Tape(parameters, workspace: workspace, recording: false)
      body(tape, lastHiddenStates(sequences[start..<end], tape))
      workspace.arena.reset()
      start = end
    }
  }

  /// Runs the model over a batch and scores its targets; with a recording tape, ready for gradients.
  public func predict(
    _ batch: PredictionBatch, _ tape: Tape, temperature: Float = 1, statistics: Bool = false
  ) -> HeadOutput {
    let hidden = hiddenStates(tape, batch.input, of: batch.rows)
    return tape.logProbabilityHead(
      hidden, vocabularyWeight, targets: batch.targets, temperature: temperature, statistics: statistics)
  }
}
