import CKernels
import Foundation

/// Cosines and sines of rotary position embeddings (Su et al. 2021), `[positions, half]`.
public struct RotaryTable {
  /// Pairs that are rotated in each head; the head's first `2 · half` values take part.
  public let half: Int
  private let inverseFrequencies: [Float]
  private let cosines: FloatBuffer
  private let sines: FloatBuffer
  public let positions: Int

  /// - Parameter inverseFrequencies: one per pair, in radians per position.
  public init(inverseFrequencies: [Float], positions: Int) {
    half = inverseFrequencies.count
    self.inverseFrequencies = inverseFrequencies
    self.positions = positions
    cosines = FloatBuffer(count: positions * half)
    sines = FloatBuffer(count: positions * half)
    for position in 0..<positions {
      for pair in 0..<half {
        // Float32 throughout, as the reference computes it.
        let angle = Float(position) * inverseFrequencies[pair]
        cosines.pointer[position * half + pair] = Foundation.cos(angle)
        sines.pointer[position * half + pair] = Foundation.sin(angle)
      }
    }
  }

  /// The same table for more positions.
  public func extended(to positions: Int) -> RotaryTable {
    RotaryTable(inverseFrequencies: inverseFrequencies, positions: positions)
  }

  func rotate(_ head: UnsafeMutablePointer<Float>, position: Int, direction: Float) {
    pl_rotate(
      head, cosines.pointer + position * half, sines.pointer + position * half, Int64(half), direction)
  }
}

extension Tape {
  /// Rotates heads in place, forward and in the gradient: value `i` pairs with `i + half`.
  ///
  /// - Parameters:
  ///   - x: `[tokens, columns]`; its producer must not need its values for its own gradient.
  ///   - heads: first column of each head to rotate.
  ///   - positions: one per token.
  public func rotary(_ x: Tensor, heads: [Int], positions: [Int32], _ table: RotaryTable) {
    precondition(positions.count == x.rows, "\(positions.count) positions for \(x.rows) tokens")
    precondition(
      positions.allSatisfy { $0 >= 0 && $0 < table.positions },
      "a position beyond a table of \(table.positions)")
    rotateRows(x.values, x, heads, positions, table, direction: 1)
    record { [unowned self] in
      guard let upstream = gradient(of: x) else { return }
      rotateRows(upstream, x, heads, positions, table, direction: -1)
    }
  }

  private func rotateRows(
    _ values: UnsafeMutablePointer<Float>, _ x: Tensor, _ heads: [Int], _ positions: [Int32],
    _ table: RotaryTable, direction: Float
  ) {
    parallel(x.rows, chunk: rowsPerChunk(columns: 2 * heads.count * table.half)) { rows in
      for row in rows {
        for head in heads {
          table.rotate(values + row * x.columns + head, position: Int(positions[row]), direction: direction)
        }
      }
    }
  }
}
