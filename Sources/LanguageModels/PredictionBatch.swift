import Compute

/// Sequences whose tokens are predicted from those before them: only the tokens that are needed enter.
///
/// The last token of a sequence predicts nothing and is left out; what several sequences begin with is there once.
public struct PredictionBatch: Sendable {
  public let input: TokenBatch
  /// Rows of the input whose next token is scored; a row counts once for each sequence that it belongs to.
  public private(set) var rows: [Int] = []
  /// The tokens that are scored, one per row.
  public private(set) var targets: [Int32] = []
  /// Which of the scored tokens belong to each sequence.
  public private(set) var outputRanges: [Range<Int>] = []

  /// - Parameters:
  ///   - sequences: ids, and the indices of the tokens to score, ascending, each at least 1.
  ///   - model: the one that will learn from the batch, or else read it.
  public init(
    _ sequences: [(ids: [Int32], scored: some RandomAccessCollection<Int>)], for model: LanguageModel
  ) {
    var input = TokenBatch()
    let places = model.place(sequences.map { $0.ids[..<($0.scored.last ?? 0)] }, in: &input)
    self.input = input
    for (sequence, place) in zip(sequences, places) {
      let start = rows.count
      for index in sequence.scored {
        precondition(
          index > 0 && index < sequence.ids.count,
          "token \(index) of \(sequence.ids.count) has nothing before it")
        rows.append(place[index - 1])
        targets.append(sequence.ids[index])
      }
      outputRanges.append(start..<rows.count)
    }
  }
}

extension LanguageModel {
  /// Whether a pass computes what sequences begin with once, and of the last layer only what is asked for. Dropout draws
  /// its masks by how many rows training has read, so with it every sequence has rows of its own, in every layer.
  package var sharesRows: Bool { parameters.adapters?.dropout == nil }

  /// Lays sequences out for a pass of this model.
  package func place(
    _ sequences: [some RandomAccessCollection<Int32>], in batch: inout TokenBatch
  ) -> [SequenceRows] {
    sharesRows ? batch.append(sharing: sequences) : sequences.map { SequenceRows([batch.append($0)]) }
  }
}
