import Compute
import TestSupport
import Testing

@Suite struct ScalarHeadTests {
  @Test(.tags(.gradient)) func `A scalar head is a product with its weights, forward and backward`() {
    let store = ParameterStore([
      ParameterSpecification("x", [6, 9], .normal(1)), ParameterSpecification("w", [1, 9], .normal(1)),
    ])
    store.initialize(seed: 1)
    store.prepareForTraining()
    let tape = Tape(store, workspace: Workspace(threads: 2), recording: true)
    let head = tape.scalarHead(tape.embedding(store["x"], [0, 1, 2, 3, 4, 5]), store["w"])
    var numbers = SeededNumbers(seed: 2)
    head.gradient = numbers.floats(6)
    tape.backward()
    let (x, w) = (store.matrices["x"]!, store.matrices["w"]!)
    #expect(greatestDifference(head.values.map(Double.init), x.linear(w).values) < 1e-6)
    let upstream = head.gradient.map(Double.init)
    let dx = Matrix(6, 9) { upstream[$0] * w[0, $1] }
    let dw = Matrix(1, 9) { _, column in (0..<6).reduce(0.0) { $0 + upstream[$1] * x[$1, column] } }
    #expect(greatestDifference(store.copyGradient(at: 0).map(Double.init), dx.values) < 1e-6)
    #expect(greatestDifference(store.copyGradient(at: 1).map(Double.init), dw.values) < 1e-6)
  }

  @Test func `What no loss depends on receives no gradient`() {
    let store = ParameterStore([
      ParameterSpecification("x", [2, 3], .normal(1)), ParameterSpecification("w", [1, 3], .normal(1)),
    ])
    store.initialize(seed: 1)
    store.prepareForTraining()
    let tape = Tape(store, workspace: Workspace(threads: 2), recording: true)
    let x = tape.embedding(store["x"], [0, 1])
    _ = tape.gelu(x, .exact)
    _ = tape.scalarHead(x, store["w"])
    tape.backward()
    for index in 0..<2 { #expect(store.copyGradient(at: index).allSatisfy { $0 == 0 }) }
  }

  @Test func `A tape that is let go without a backward pass goes`() {
    let store = ParameterStore([
      ParameterSpecification("x", [2, 3], .normal(1)), ParameterSpecification("w", [1, 3], .normal(1)),
    ])
    func record() -> () -> Tape? {
      let tape = Tape(store, workspace: Workspace(threads: 1), recording: true)
      _ = tape.scalarHead(tape.gelu(tape.embedding(store["x"], [0, 1]), .exact), store["w"])
      return { [weak tape] in tape }
    }
    #expect(record()() == nil)
  }
}
