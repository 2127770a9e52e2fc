import Compute
import TestSupport
import Testing

@Suite struct AdapterDropoutTests {
  private static let rows = 12
  private static let inputs = 10

  /// Three neighbouring weights, two of them with adapters; the input comes from a table.
  private func makeStore(dropout: Double?, seed: UInt64 = 3) -> ParameterStore {
    let store = ParameterStore(
      [
        ParameterSpecification("a", [4, Self.inputs], .normal(0.3)),
        ParameterSpecification("b", [5, Self.inputs], .normal(0.3)),
        ParameterSpecification("x", [Self.rows, Self.inputs], .normal(1)),
        ParameterSpecification("down.a", [2, Self.inputs], .normal(0.3)),
        ParameterSpecification("up.a", [4, 2], .normal(1)),
        ParameterSpecification("down.b", [2, Self.inputs], .normal(0.3)),
        ParameterSpecification("up.b", [5, 2], .normal(1)),
        ParameterSpecification("probe", [1, 9], .normal(1)),
      ], frozen: 2)
    store.initialize(seed: 5)
    store.adapters = AdapterSet(
      ["a", "b"].map { name in
        LowRankAdapter(
          weight: store[name], layout: .outputsByInputs, down: store["down." + name], up: store["up." + name],
          scale: 1.5)
      })
    store.adapters?.dropout = dropout.map { AdapterDropout(probability: $0, seed: seed) }
    return store
  }

  /// The layer's outputs and the sum of its probed rows, with gradients.
  private func run(
    _ store: ParameterStore, rows: Range<Int> = 0..<Self.rows, threads: Int = 1, recording: Bool = true
  ) -> (output: [Float], loss: Double) {
    let tape = Tape(store, workspace: Workspace(threads: threads), recording: recording)
    let input = tape.embedding(store["x"], rows.map(Int32.init))
    let output = tape.linear(input, store[["a", "b"]])
    let head = tape.scalarHead(output, store["probe"])
    head.gradient = rows.map { Float($0 % 3) - 0.5 }
    let loss = zip(head.values, head.gradient).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    if recording { tape.backward() }
    return (output.copy(), loss)
  }

  /// The loss is linear in each single number, so that a wide step is exact but for rounding.
  @Test(.tags(.gradient)) func `Gradients are those of the values that the forward pass kept`() {
    let store = makeStore(dropout: 0.4)
    _ = run(store)
    for index in store.trained {
      let gradient = store.copyGradient(at: index)
      for entry in gradient.indices {
        func loss(_ step: Float) -> Double {
          let moved = makeStore(dropout: 0.4)
          moved.buffer(at: index)[entry] += step
          return run(moved).loss
        }
        let slope = (loss(0.5) - loss(-0.5))
        #expect(abs(Double(gradient[entry]) - slope) < 2e-5, "\(store.specifications[index].name)[\(entry)]")
      }
    }
  }

  @Test(arguments: [1, 5, 11]) func `The cut into micro-batches does not change the masks`(first: Int) {
    let whole = makeStore(dropout: 0.4)
    let output = run(whole).output
    let cut = makeStore(dropout: 0.4)
    let parts = run(cut, rows: 0..<first).output + run(cut, rows: first..<Self.rows).output
    #expect(greatestDifference(output.map(Double.init), parts.map(Double.init)) < 1e-6)
    for index in whole.trained {
      let (one, other) = (whole.copyGradient(at: index), cut.copyGradient(at: index))
      #expect(greatestDifference(one.map(Double.init), other.map(Double.init)) < 1e-5)
    }
  }

  @Test(.tags(.determinism), arguments: [2, 3]) func `Any number of threads gives the same bits`(threads: Int)
  {
    #expect(run(makeStore(dropout: 0.4)).output == run(makeStore(dropout: 0.4), threads: threads).output)
  }

  @Test func `Each step and each seed has masks of its own, and none without recording`() {
    let store = makeStore(dropout: 0.4)
    let first = run(store).output
    #expect(run(store).output != first)
    #expect(run(makeStore(dropout: 0.4, seed: 4)).output != first)
    #expect(run(store, recording: false).output == run(makeStore(dropout: nil)).output)
  }

  @Test func `The kept share is what is asked for, and the mean of the values stays`() {
    let count = 40_000
    let store = ParameterStore(
      [
        ParameterSpecification("w", [1, 1], .zeros), ParameterSpecification("x", [1, 1], .ones),
        ParameterSpecification("down", [1, 1], .ones), ParameterSpecification("up", [1, 1], .ones),
      ], frozen: 1)
    store.initialize(seed: 1)
    let adapter = LowRankAdapter(
      weight: store["w"], layout: .outputsByInputs, down: store["down"], up: store["up"], scale: 1)
    store.adapters = AdapterSet([adapter])
    store.adapters?.dropout = AdapterDropout(probability: 0.2, seed: 9)
    let tape = Tape(store, workspace: Workspace(threads: 2), recording: true)
    let input = tape.embedding(store["x"], Array(repeating: 0, count: count))
    let values = tape.linear(input, store["w"]).copy()
    let kept = Double(values.count { $0 != 0 }) / Double(count)
    #expect(abs(kept - 0.8) < 0.01)
    #expect(values.allSatisfy { $0 == 0 || $0 == 1.25 })
  }
}
