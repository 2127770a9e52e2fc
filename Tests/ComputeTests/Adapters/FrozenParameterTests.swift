import Compute
import TestSupport
import Testing

@Suite struct FrozenParameterTests {
  private func makeStore(frozen: Int) -> ParameterStore {
    let store = ParameterStore(
      [
        ParameterSpecification("x", [6, 8], .normal(1)), ParameterSpecification("n", [8], .ones),
        ParameterSpecification("w", [8, 8], .normal(0.3)),
        ParameterSpecification("head", [20, 8], .normal(1)),
        ParameterSpecification("score", [1, 8], .normal(1)),
      ], frozen: frozen)
    store.initialize(seed: 2)
    return store
  }

  private func run(_ store: ParameterStore) {
    let tape = Tape(store, workspace: Workspace(threads: 1), recording: true)
    let input = tape.rmsNorm(tape.embedding(store["x"], Array(0..<6)), store["n"], epsilon: 1e-5)
    let hidden = tape.linear(input, store["w"])
    tape.logProbabilityHead(hidden, store["head"], targets: Array(3..<9)).gradient = Array(
      repeating: 1, count: 6)
    tape.scalarHead(hidden, store["score"]).gradient = Array(repeating: 0.5, count: 6)
    tape.backward()
  }

  @Test(arguments: 0..<5) func `What is trained gains the gradients it has when all is`(frozen: Int) {
    let all = makeStore(frozen: 0)
    run(all)
    let some = makeStore(frozen: frozen)
    run(some)
    #expect(some.gradients?.count == some.trainedValues.count)
    for index in some.specifications.indices {
      let expected =
        index < frozen
        ? Array(repeating: 0, count: all.specifications[index].count) : all.copyGradient(at: index)
      #expect(some.copyGradient(at: index) == expected)
      #expect((some.gradient(at: index) == nil) == (index < frozen))
    }
  }

  @Test func `The optimiser moves what is trained and nothing else`() {
    let store = makeStore(frozen: 3)
    let start = store.values.copy()
    run(store)
    let workspace = Workspace(threads: 1)
    let optimizer = AdamW(store, options: AdamW.Options(weightDecay: 0.1), workspace: workspace)
    let norm = store.gradients?.copy().reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot() ?? .nan
    #expect(relativeDifference(optimizer.gradientNorm(), norm) < 1e-6)
    optimizer.update(learningRate: 0.1)
    let end = store.values.copy()
    let border = store.trainedValues.lowerBound
    #expect(start[..<border] == end[..<border])
    #expect(zip(start[border...], end[border...]).allSatisfy { $0 != $1 })
  }

  @Test(arguments: [WeightLayout.outputsByInputs, .inputsByOutputs])
  func `Folding an adapter in leaves the layer's outputs as they were`(layout: WeightLayout) {
    let shape = layout == .outputsByInputs ? [5, 7] : [7, 5]
    let store = ParameterStore([
      ParameterSpecification("w", shape, .normal(1)), ParameterSpecification("x", [3, 7], .normal(1)),
      ParameterSpecification("down", [2, 7], .normal(1)), ParameterSpecification("up", [5, 2], .normal(1)),
    ])
    store.initialize(seed: 8)
    func outputs() -> [Double] {
      let tape = Tape(store, workspace: Workspace(threads: 1), recording: false)
      let input = tape.embedding(store["x"], [0, 1, 2])
      return tape.linear(input, store["w"], layout: layout).copy().map(Double.init)
    }
    let adapter = LowRankAdapter(
      weight: store["w"], layout: layout, down: store["down"], up: store["up"], scale: 0.7)
    store.adapters = AdapterSet([adapter])
    let apart = outputs()
    store.adapters = nil
    func buffer(_ index: Int) -> FloatBuffer {
      let buffer = FloatBuffer(count: store.specifications[index].count)
      _ = buffer.values.update(fromContentsOf: store.copyValues(at: index))
      return buffer
    }
    store.fold(down: buffer(2), up: buffer(3), scale: 0.7, into: store["w"], layout)
    #expect(greatestDifference(apart, outputs()) < 1e-5)
  }
}
