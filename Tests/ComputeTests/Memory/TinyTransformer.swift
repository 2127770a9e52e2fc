import Compute

/// Two pre-norm layers with grouped heads and rotary positions, straight on the tape.
struct TinyTransformer {
  static let layers = 2
  let store: ParameterStore
  private let shape = AttentionShape(heads: 4, keyValueHeads: 2, headSize: 8)
  private let table = RotaryTable(inverseFrequencies: [1, 0.3, 0.1, 0.03], positions: 128)

  init() {
    var specifications = [ParameterSpecification("embedding", [40, 32], .normal(1))]
    for layer in 0..<Self.layers {
      specifications += [
        ParameterSpecification("norm.\(layer)", [32], .ones),
        ParameterSpecification("qkv.\(layer)", [64, 32], .normal(0.2)),
        ParameterSpecification("out.\(layer)", [32, 32], .normal(0.2)),
      ]
    }
    store = ParameterStore(specifications)
    store.initialize(seed: 9)
  }

  /// Hidden states after the last layer, one row per token.
  func states(
    _ tokens: [Int32], positions: [Int32], _ segments: [Segment], cache: KeyValueCache? = nil,
    workspace: Workspace
  ) -> [[Float]] {
    let tape = Tape(store, workspace: workspace, recording: false)
    var x = tape.embedding(store["embedding"], tokens)
    for layer in 0..<Self.layers {
      x = tape.layer(x) { tape, x in
        let normed = tape.rmsNorm(x, store["norm.\(layer)"], epsilon: 1e-6)
        let projected = tape.linear(normed, store["qkv.\(layer)"])
        tape.rotary(projected, heads: shape.queries + shape.keys, positions: positions, table)
        let mixed = tape.causalAttention(projected, shape, segments, cache: cache?.layer(layer))
        return tape.add(x, tape.linear(mixed, store["out.\(layer)"]))
      }
    }
    cache?.advance(segments)
    return (0..<tokens.count).map { x.row($0) }
  }
}
