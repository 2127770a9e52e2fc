import Compute

/// Rotary position embeddings (Su et al. 2021) with a table that grows to the positions that are asked for.
final class RotaryEmbedding {
  private var table: RotaryTable

  /// - Parameter inverseFrequencies: one per pair of values of a head, in radians per position.
  init(inverseFrequencies: [Float]) {
    table = RotaryTable(inverseFrequencies: inverseFrequencies, positions: 0)
  }

  /// Rotates the heads that start at the given columns, in place.
  ///
  /// - Parameters:
  ///   - x: `[tokens, columns]`.
  ///   - positions: one per token.
  func rotate(_ x: Tensor, heads: [Int], positions: [Int32], on tape: Tape) {
    let last = Int(positions.max() ?? 0)
    if last >= table.positions { table = table.extended(to: last + 1 + last / 2) }
    tape.rotary(x, heads: heads, positions: positions, table)
  }
}
