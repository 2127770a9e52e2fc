import Compute
import TestSupport
import Testing

/// Products of few rows with a matrix that no cache holds, as in decoding.
@Suite struct FewRowsTests {
  private static let (inputs, outputs) = (530, 501)

  private static func makeStore() -> ParameterStore {
    let store = ParameterStore([
      ParameterSpecification("x", [16, inputs], .normal(1)),
      ParameterSpecification("w", [outputs, inputs], .normal(1)),
    ])
    store.initialize(seed: 9)
    return store
  }

  private static func products(_ store: ParameterStore, rows: [Int32], threads: Int = 2) -> [[Float]] {
    let tape = Tape(store, workspace: Workspace(threads: threads), recording: false)
    let output = tape.linear(tape.embedding(store["x"], rows), store["w"])
    return rows.indices.map { output.row($0) }
  }

  @Test(arguments: [1, 2, 3, 4, 5, 8, 15, 16])
  func `They are those of Float64 up to rounding`(count: Int) {
    let store = Self.makeStore()
    let rows = (0..<Int32(count)).map { $0 }
    let expected = store.matrices["x"]!.linear(store.matrices["w"]!)
    for (row, values) in zip(rows, Self.products(store, rows: rows)) {
      #expect(greatestDifference(values.map(Double.init), Array(expected.row(Int(row)))) < 2e-4)
    }
  }

  @Test func `A row's products depend neither on the rows beside it nor on threads`() {
    let store = Self.makeStore()
    let all = Self.products(store, rows: (0..<16).map { $0 })
    for count in [1, 2, 4, 5, 8, 11] {
      let some = Self.products(store, rows: (0..<Int32(count)).map { $0 }, threads: count % 3 + 1)
      #expect(some == Array(all.prefix(count)))
    }
  }

  /// OpenBLAS sums small products in another order; no part of a larger one may be small.
  @Test(arguments: [(344, 128), (576, 576), (1536, 16), (128, 200)])
  func `A row's products depend on no number of rows above the smallest`(inputs: Int, outputs: Int) {
    let store = ParameterStore([
      ParameterSpecification("x", [1100, inputs], .normal(1)),
      ParameterSpecification("w", [outputs, inputs], .normal(1)),
    ])
    store.initialize(seed: 4)
    let all = Self.products(store, rows: (0..<1100).map { $0 })
    for count in [80, 97, 113, 193, 201, 449, 673, 785, 793, 897, 902] {
      #expect(
        Self.products(store, rows: (0..<Int32(count)).map { $0 }) == Array(all.prefix(count)), "\(count)")
    }
  }
}
