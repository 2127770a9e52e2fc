import Compute
import TestSupport
import Testing

/// Softmax rows as attention uses them: with the unit matrix as values, outputs are probabilities.
@Suite struct SoftmaxTests {
  @Test(arguments: [Float(0.1), 3, 40])
  func `Attention weights of a query are its softmax over what it sees, and sum to one`(spread: Float) {
    let tokens = 16
    let shape = AttentionShape(heads: 1, keyValueHeads: 1, headSize: tokens)
    let store = ParameterStore([ParameterSpecification("x", [tokens, 3 * tokens], .normal(spread))])
    store.initialize(seed: 6)
    for row in 0..<tokens {
      for column in 0..<tokens {
        store.buffer(at: 0)[row * 3 * tokens + 2 * tokens + column] = row == column ? 1 : 0
      }
    }
    let segments = [Segment(rows: 0..<tokens)]
    let tape = Tape(store, workspace: Workspace(threads: 2), recording: false)
    let x = tape.embedding(store["x"], (0..<Int32(tokens)).map { $0 })
    let output = tape.causalAttention(x, shape, segments)
    let expected = store.matrices["x"]!.causalAttention(shape, segments)
    for row in 0..<tokens {
      let weights = output.row(row).map(Double.init)
      #expect(abs(weights.reduce(0, +) - 1) < 1e-6)
      #expect(weights[(row + 1)...].allSatisfy { $0 == 0 })
      #expect(greatestDifference(weights, Array(expected.row(row))) < 1e-6 * Double(max(1, spread * spread)))
    }
  }
}
