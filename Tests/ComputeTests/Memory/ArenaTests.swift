import Compute
import Testing

@Suite struct ArenaTests {
  /// One step that needs `rows` rows of 1024 values in small and large pieces.
  private func step(_ workspace: Workspace, _ store: ParameterStore, rows: Int) {
    let tape = Tape(store, workspace: workspace, recording: true)
    let x = tape.embedding(store["x"], Array(repeating: 1, count: rows))
    let y = tape.add(tape.gatherRows(x, [0, 1]), tape.gatherRows(x, [1, 0]))
    tape.scalarHead(y, store["w"]).gradient = [1, 1]
    tape.backward()
    workspace.arena.reset()
  }

  private func makeStore() -> ParameterStore {
    let store = ParameterStore([
      ParameterSpecification("x", [2, 1024], .normal(1)), ParameterSpecification("w", [1, 1024], .normal(1)),
    ])
    store.initialize(seed: 2)
    return store
  }

  @Test func `Steps of the same shapes ask for memory in the first step only`() {
    let workspace = Workspace(threads: 2)
    let store = makeStore()
    step(workspace, store, rows: 3000)
    let afterFirst = workspace.arena.growths
    #expect(afterFirst > 0)
    for _ in 0..<20 { step(workspace, store, rows: 3000) }
    for rows in [2999, 17, 1500] { step(workspace, store, rows: rows) }
    #expect(workspace.arena.growths == afterFirst)
  }

  @Test func `A reset after a growth leaves one block that holds the step whole`() {
    let workspace = Workspace(threads: 2)
    let store = makeStore()
    step(workspace, store, rows: 3000)
    let growths = workspace.arena.growths
    // The step took three pieces of 3000 rows or less; one piece of 9000 fits the merged block alone.
    let tape = Tape(store, workspace: workspace, recording: false)
    _ = tape.embedding(store["x"], Array(repeating: 1, count: 9000))
    #expect(workspace.arena.growths == growths)
  }

  @Test func `The peak counts what was in use at once`() {
    let workspace = Workspace(threads: 2)
    let store = makeStore()
    step(workspace, store, rows: 1000)
    let peak = workspace.arena.peakBytes
    let needed = 4 * 1024 * 1000
    #expect(peak >= 2 * needed && peak < 2 * needed + 200_000)
    step(workspace, store, rows: 10)
    #expect(workspace.arena.peakBytes == peak)
  }

  @Test func `Layers without recording share their memory`() {
    let store = makeStore()
    func peak(layers: Int) -> Int {
      let workspace = Workspace(threads: 1)
      let tape = Tape(store, workspace: workspace, recording: false)
      var x = tape.embedding(store["x"], Array(repeating: 0, count: 100))
      for _ in 0..<layers { x = tape.layer(x) { tape, x in tape.gelu(tape.add(x, x), .exact) } }
      return workspace.arena.peakBytes
    }
    #expect(peak(layers: 1) == peak(layers: 12))
  }

  @Test(arguments: [false, true])
  func `Layers share the memory of the gradients inside, and of what is computed again`(recomputes: Bool) {
    let store = makeStore()
    func peak(layers: Int) -> Int {
      let workspace = Workspace(threads: 1)
      workspace.recomputesLayers = recomputes
      let tape = Tape(store, workspace: workspace, recording: true)
      var x = tape.embedding(store["x"], Array(repeating: 0, count: 100))
      for _ in 0..<layers {
        x = tape.layer(x) { tape, x in tape.gelu(tape.gelu(x, .exact), .exact) }
      }
      tape.scalarHead(x, store["w"]).gradient = Array(repeating: 1, count: 100)
      tape.backward()
      return workspace.arena.peakBytes
    }
    // A layer keeps two tensors or what it starts from, and hands one gradient on.
    let tensor = 100 * 1024 * 4
    #expect(peak(layers: 12) - peak(layers: 2) == 10 * (recomputes ? 2 : 3) * tensor)
  }
}
