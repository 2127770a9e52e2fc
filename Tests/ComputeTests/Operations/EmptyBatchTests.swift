import Compute
import Testing

@Suite struct EmptyBatchTests {
  @Test func `A batch without tokens passes through every operation`() {
    let store = ParameterStore([
      ParameterSpecification("x", [4, 8], .normal(1)), ParameterSpecification("qkv", [24, 8], .normal(1)),
      ParameterSpecification("n", [8], .normal(1)), ParameterSpecification("b", [8], .normal(1)),
      ParameterSpecification("up", [32, 8], .normal(1)), ParameterSpecification("down", [8, 16], .normal(1)),
    ])
    store.initialize(seed: 1)
    let workspace = Workspace(threads: 2)
    let tape = Tape(store, workspace: workspace, recording: true)
    let x = tape.embedding(store["x"], [])
    let projected = tape.linear(tape.rmsNorm(x, store["n"], epsilon: 1e-5), store["qkv"])
    let table = RotaryTable(inverseFrequencies: [1, 0.1], positions: 4)
    tape.rotary(projected, heads: [0, 4], positions: [], table)
    let mixed = tape.causalAttention(projected, AttentionShape(heads: 2, keyValueHeads: 2, headSize: 4), [])
    let inner = tape.layerNorm(tape.add(x, mixed), store["n"], store["b"], epsilon: 1e-5)
    let forward = tape.linear(tape.swiGLU(tape.linear(inner, store["up"])), store["down"])
    let hidden = tape.gatherRows(tape.gelu(forward, .exact), [])
    let head = tape.logProbabilityHead(hidden, store["x"], targets: [], statistics: true)
    #expect(head.logProbabilities.isEmpty)
    tape.backward()
    for index in store.specifications.indices {
      #expect(store.copyGradient(at: index).allSatisfy { $0 == 0 })
    }
  }
}
