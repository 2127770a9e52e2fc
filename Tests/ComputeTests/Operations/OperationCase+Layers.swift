import Compute

/// Whole layers as the architectures compose them, where gradients of several operations meet.
extension OperationCase {
  static let layers = [gptNeoX, gpt2, qwen2]

  private static let epsilon = Double(Float(1e-5))
  private static let frequencies: [Float] = [1, 0.2]
  private static let positions = (0..<7).map(Int32.init)
  private static let segment = [Segment(rows: 0..<7)]

  /// Attention and feed-forward read the same input, each through its own norm; half of each head is rotated.
  private static let gptNeoX = OperationCase(
    name: "parallel layer of GPT-NeoX",
    parameters: [
      input(7, 8), gain("n1", 8), gain("b1", 8), gain("n2", 8), gain("b2", 8), weight("qkv", 24, 8),
      gain("bias", 24), weight("o", 8, 8), weight("up", 20, 8), weight("down", 8, 20),
    ], columns: 8,
    onTape: { tape in
      let store = tape.parameters
      let x = rowsOfInput(tape)
      let attended = tape.layerNorm(x, store["n1"], store["b1"], epsilon: 1e-5)
      let projected = tape.linear(attended, store["qkv"], bias: store["bias"])
      tape.rotary(
        projected, heads: interleaved.queries + interleaved.keys, positions: positions,
        RotaryTable(inverseFrequencies: [0.7], positions: 7))
      let mixed = tape.causalAttention(projected, interleaved, segment)
      let inner = tape.linear(tape.layerNorm(x, store["n2"], store["b2"], epsilon: 1e-5), store["up"])
      let forward = tape.linear(tape.gelu(inner, .exact), store["down"])
      return tape.add(tape.add(forward, tape.linear(mixed, store["o"])), x)
    },
    reference: { matrices in
      let x = matrices["x"]!
      let attended = x.layerNorm(matrices["n1"]!, matrices["b1"]!, epsilon: epsilon)
      let projected = attended.linear(matrices["qkv"]!, bias: matrices["bias"]!).rotary(
        heads: interleaved.queries + interleaved.keys, positions: positions, inverseFrequencies: [0.7])
      let mixed = projected.causalAttention(interleaved, segment).linear(matrices["o"]!)
      let inner = x.layerNorm(matrices["n2"]!, matrices["b2"]!, epsilon: epsilon).linear(matrices["up"]!)
      return (inner.gelu(.exact).linear(matrices["down"]!) + mixed) + x
    })

  /// Learned positions, weights as `Conv1D` keeps them, all layers with biases.
  private static let gpt2 = OperationCase(
    name: "layer of GPT-2",
    parameters: [
      input(5, 8), input(7, 8, "positions"), gain("n1", 8), gain("b1", 8), gain("n2", 8), gain("b2", 8),
      weight("qkv", 8, 24), gain("bqkv", 24), weight("o", 8, 8), gain("bo", 8), weight("up", 8, 20),
      gain("bup", 20), weight("down", 20, 8), gain("bdown", 8),
    ], columns: 8,
    onTape: { tape in
      let store = tape.parameters
      func linear(_ x: Tensor, _ name: String) -> Tensor {
        tape.linear(x, store[name], bias: store["b" + name], layout: .inputsByOutputs)
      }
      let x = tape.add(
        tape.embedding(store["x"], [0, 3, 1, 3, 3, 2, 4]), tape.embedding(store["positions"], positions))
      let projected = linear(tape.layerNorm(x, store["n1"], store["b1"], epsilon: 1e-5), "qkv")
      let mixed = tape.causalAttention(
        projected, AttentionShape(heads: 2, keyValueHeads: 2, headSize: 4), segment)
      let attended = tape.add(linear(mixed, "o"), x)
      let inner = linear(tape.layerNorm(attended, store["n2"], store["b2"], epsilon: 1e-5), "up")
      return tape.add(attended, linear(tape.gelu(inner, .tanhApproximation), "down"))
    },
    reference: { matrices in
      func linear(_ x: Matrix, _ name: String) -> Matrix {
        x.linear(matrices[name]!, bias: matrices["b" + name]!, layout: .inputsByOutputs)
      }
      let x = matrices["x"]!.gathered([0, 3, 1, 3, 3, 2, 4]) + matrices["positions"]!
      let projected = linear(x.layerNorm(matrices["n1"]!, matrices["b1"]!, epsilon: epsilon), "qkv")
      let mixed = projected.causalAttention(
        AttentionShape(heads: 2, keyValueHeads: 2, headSize: 4), segment)
      let attended = linear(mixed, "o") + x
      let inner = linear(attended.layerNorm(matrices["n2"]!, matrices["b2"]!, epsilon: epsilon), "up")
      return attended + linear(inner.gelu(.tanhApproximation), "down")
    })

  /// RMS norms, biases on queries, keys and values, two query heads to a key, a gate.
  private static let qwen2 = OperationCase(
    name: "layer of Qwen2",
    parameters: [
      input(7, 8), gain("n1", 8), gain("n2", 8), weight("q", 8, 8), weight("k", 4, 8), weight("v", 4, 8),
      gain("bq", 8), gain("bk", 4), gain("bv", 4), weight("o", 8, 8), weight("gate", 12, 8),
      weight("up", 12, 8), weight("down", 8, 12),
    ], columns: 8,
    onTape: { tape in
      let store = tape.parameters
      let x = rowsOfInput(tape)
      let normed = tape.rmsNorm(x, store["n1"], epsilon: 1e-5)
      let projected = tape.linear(normed, store[["q", "k", "v"]], bias: store[["bq", "bk", "bv"]])
      tape.rotary(
        projected, heads: grouped.queries + grouped.keys, positions: positions,
        RotaryTable(inverseFrequencies: frequencies, positions: 7))
      let attended = tape.add(x, tape.linear(tape.causalAttention(projected, grouped, segment), store["o"]))
      let inner = tape.rmsNorm(attended, store["n2"], epsilon: 1e-5)
      let gated = tape.swiGLU(tape.linear(inner, store[["gate", "up"]]))
      return tape.add(attended, tape.linear(gated, store["down"]))
    },
    reference: { matrices in
      func stacked(_ names: [String], columns: Int) -> Matrix {
        let values = names.flatMap { matrices[$0]!.values }
        return Matrix(values.count / columns, columns, values)
      }
      let x = matrices["x"]!
      let projected = x.rmsNorm(matrices["n1"]!, epsilon: epsilon)
        .linear(stacked(["q", "k", "v"], columns: 8), bias: stacked(["bq", "bk", "bv"], columns: 16))
        .rotary(
          heads: grouped.queries + grouped.keys, positions: positions, inverseFrequencies: frequencies)
      let attended = x + projected.causalAttention(grouped, segment).linear(matrices["o"]!)
      let inner = attended.rmsNorm(matrices["n2"]!, epsilon: epsilon)
      let gated = inner.linear(stacked(["gate", "up"], columns: 8)).swiGLU()
      return attended + gated.linear(matrices["down"]!)
    })

  private static let grouped = AttentionShape(heads: 2, keyValueHeads: 1, headSize: 4)
}
