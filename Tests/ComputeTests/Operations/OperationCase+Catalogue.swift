import Compute

extension OperationCase {
  /// Every operation of the tape, in shapes that make one chunk and shapes that make many.
  static let all =
    embeddings + linears + norms + sums + residuals + activations + rotations + attentions + askedAttentions
    + layers + [gather]
    + adapted

  /// The input `[rows, columns]`, and a function that puts it on a tape.
  static func input(_ rows: Int, _ columns: Int, _ name: String = "x", spread: Float = 1)
    -> ParameterSpecification
  { ParameterSpecification(name, [rows, columns], .normal(spread)) }

  static func weight(_ name: String, _ shape: Int...) -> ParameterSpecification {
    ParameterSpecification(name, shape, .normal(1 / Float(shape.last ?? 1).squareRoot()))
  }

  static func gain(_ name: String, _ count: Int) -> ParameterSpecification {
    ParameterSpecification(name, [count], .normal(1))
  }

  // MARK: Tables and matrices

  private static let embeddings = [(7, 5, 12), (50, 130, 300)].map { tokens, width, count in
    let ids = (0..<count).map { Int32($0 * $0 % tokens) }
    return OperationCase(
      name: "embedding of \(count) tokens with repeats, \(width) columns",
      parameters: [input(tokens, width)], columns: width,
      onTape: { $0.embedding($0.parameters["x"], ids) },
      reference: { $0["x"]!.gathered(ids.map(Int.init)) })
  }

  private static let linears: [OperationCase] =
    [(1, 24, 40), (9, 17, 33), (300, 96, 64), (40, 128, 480)].flatMap { rows, inputs, outputs in
      [WeightLayout.outputsByInputs, .inputsByOutputs].flatMap { layout in
        [false, true].map { linear(rows, inputs, outputs, layout, hasBias: $0) }
      }
    } + [neighbours, neighboursWithBiases]

  private static func linear(
    _ rows: Int, _ inputs: Int, _ outputs: Int, _ layout: WeightLayout, hasBias: Bool
  )
    -> OperationCase
  {
    let shape = layout == .outputsByInputs ? [outputs, inputs] : [inputs, outputs]
    return OperationCase(
      name: "linear [\(rows), \(inputs)] to \(outputs), \(layout), \(hasBias ? "with" : "without") bias",
      parameters: [input(rows, inputs), weight("w", shape[0], shape[1]), gain("b", outputs)],
      columns: outputs, checked: rows * inputs * outputs > 100_000 ? 4 : 60,
      onTape: { tape in
        tape.linear(
          rowsOfInput(tape), tape.parameters["w"], bias: hasBias ? tape.parameters["b"] : nil, layout: layout)
      },
      reference: { $0["x"]!.linear($0["w"]!, bias: hasBias ? $0["b"]! : nil, layout: layout) })
  }

  /// Weights that lie side by side are one matrix.
  private static let neighbours = OperationCase(
    name: "linear over three neighbouring weights",
    parameters: [input(6, 10), weight("a", 4, 10), weight("b", 2, 10), weight("c", 2, 10)],
    columns: 8,
    onTape: { $0.linear(rowsOfInput($0), $0.parameters[["a", "b", "c"]]) },
    reference: { matrices in
      let stacked = ["a", "b", "c"].flatMap { matrices[$0]!.values }
      return matrices["x"]!.linear(Matrix(8, 10, stacked))
    })

  /// So are the biases that belong to them.
  private static let neighboursWithBiases = OperationCase(
    name: "linear over three neighbouring weights and biases",
    parameters: [
      input(6, 10), weight("a", 4, 10), weight("b", 2, 10), weight("c", 2, 10), gain("d", 4), gain("e", 2),
      gain("f", 2),
    ],
    columns: 8,
    onTape: {
      $0.linear(
        rowsOfInput($0), $0.parameters[["a", "b", "c"]], bias: $0.parameters[["d", "e", "f"]])
    },
    reference: { matrices in
      let stacked = ["a", "b", "c"].flatMap { matrices[$0]!.values }
      let offsets = ["d", "e", "f"].flatMap { matrices[$0]!.values }
      return matrices["x"]!.linear(Matrix(8, 10, stacked), bias: Matrix(1, 8, offsets))
    })

  // MARK: Norms

  private static let norms = [(5, 12), (700, 48), (3, 20_000)].flatMap { rows, columns in
    [
      OperationCase(
        name: "rmsNorm of [\(rows), \(columns)]", parameters: [input(rows, columns), gain("w", columns)],
        columns: columns,
        onTape: { $0.rmsNorm(rowsOfInput($0), $0.parameters["w"], epsilon: 1e-5) },
        reference: { $0["x"]!.rmsNorm($0["w"]!, epsilon: Double(Float(1e-5))) }),
      OperationCase(
        name: "layerNorm of [\(rows), \(columns)]",
        parameters: [input(rows, columns), gain("w", columns), gain("b", columns)], columns: columns,
        onTape: { $0.layerNorm(rowsOfInput($0), $0.parameters["w"], $0.parameters["b"], epsilon: 1e-5) },
        reference: { $0["x"]!.layerNorm($0["w"]!, $0["b"]!, epsilon: Double(Float(1e-5))) }),
    ]
  }

  // MARK: Sums

  private static let sums = [
    OperationCase(
      name: "add of two inputs", parameters: [input(300, 80), input(300, 80, "y")], columns: 80,
      onTape: { $0.add(rowsOfInput($0), rowsOfInput($0, "y")) },
      reference: { $0["x"]! + $0["y"]! }),
    OperationCase(
      name: "add of a tensor to itself", parameters: [input(4, 6)], columns: 6,
      onTape: { tape in
        let x = rowsOfInput(tape)
        return tape.add(x, x)
      },
      reference: { $0["x"]! + $0["x"]! }),
    OperationCase(
      name: "add whose second summand is used again after it",
      parameters: [input(4, 6), input(4, 6, "y"), weight("w", 6, 6)], columns: 6,
      onTape: { tape in
        let (x, y) = (rowsOfInput(tape), rowsOfInput(tape, "y"))
        let sum = tape.add(x, y)
        return tape.add(tape.linear(sum, tape.parameters["w"]), tape.add(sum, y))
      },
      reference: { matrices in
        let sum = matrices["x"]! + matrices["y"]!
        return sum.linear(matrices["w"]!) + (sum + matrices["y"]!)
      }),
    OperationCase(
      name: "add of one summand in two sums, each used twice",
      parameters: [input(4, 6), input(4, 6, "y"), input(4, 6, "z"), weight("w", 6, 6)], columns: 6,
      onTape: { tape in
        let (x, y, z) = (rowsOfInput(tape), rowsOfInput(tape, "y"), rowsOfInput(tape, "z"))
        let (first, second) = (tape.add(x, y), tape.add(z, y))
        let mixed = tape.add(tape.linear(first, tape.parameters["w"]), second)
        return tape.add(tape.add(mixed, first), tape.add(second, tape.linear(y, tape.parameters["w"])))
      },
      reference: { matrices in
        let (y, w) = (matrices["y"]!, matrices["w"]!)
        let (first, second) = (matrices["x"]! + y, matrices["z"]! + y)
        return ((first.linear(w) + second) + first) + (second + y.linear(w))
      }),
    OperationCase(
      name: "add in a chain of residual layers",
      parameters: [input(5, 8), gain("n", 8), weight("w", 8, 8), weight("v", 8, 8)], columns: 8,
      onTape: { tape in
        let store = tape.parameters
        return ["w", "v"].reduce(rowsOfInput(tape)) { x, name in
          tape.layer(x) { tape, x in
            tape.add(x, tape.linear(tape.rmsNorm(x, store["n"], epsilon: 1e-5), store[name]))
          }
        }
      },
      reference: { matrices in
        ["w", "v"].reduce(matrices["x"]!) { x, name in
          x + x.rmsNorm(matrices["n"]!, epsilon: Double(Float(1e-5))).linear(matrices[name]!)
        }
      }),
  ]

  private static let residuals = [
    OperationCase(
      name: "linear added to a residual that is its input too",
      parameters: [input(300, 6), weight("w", 6, 6)],
      columns: 6,
      onTape: { tape in
        let x = rowsOfInput(tape)
        return tape.linear(x, tape.parameters["w"], addedTo: x)
      },
      reference: { $0["x"]! + $0["x"]!.linear($0["w"]!) }),
    OperationCase(
      name: "linear added to a residual that is read before and after",
      parameters: [input(4, 6), gain("n", 6), weight("w", 6, 6)], columns: 6,
      onTape: { tape in
        let store = tape.parameters
        let x = rowsOfInput(tape)
        let sum = tape.linear(tape.rmsNorm(x, store["n"], epsilon: 1e-5), store["w"], addedTo: x)
        return tape.add(tape.rmsNorm(x, store["n"], epsilon: 1e-5), sum)
      },
      reference: { matrices in
        let x = matrices["x"]!
        let normed = x.rmsNorm(matrices["n"]!, epsilon: Double(Float(1e-5)))
        return normed + (x + normed.linear(matrices["w"]!))
      }),
    OperationCase(
      name: "layers whose input's gradient lies among their own", parameters: [input(40, 8)], columns: 8,
      onTape: { tape in
        (0..<3).reduce(rowsOfInput(tape)) { x, _ in
          tape.layer(x) { tape, x in tape.gelu(tape.gelu(x, .exact), .exact) }
        }
      },
      reference: { matrices in (0..<6).reduce(matrices["x"]!) { x, _ in x.gelu(.exact) } }),
  ]

  // MARK: Activations and rows

  private static let activations =
    [(6, 10), (500, 160)].flatMap { rows, columns in
      [GELUForm.exact, .tanhApproximation].map { form in
        OperationCase(
          name: "gelu of [\(rows), \(columns)], \(form)", parameters: [input(rows, columns, spread: 2)],
          columns: columns, onTape: { $0.gelu(rowsOfInput($0), form) },
          reference: { $0["x"]!.gelu(form) })
      } + [
        OperationCase(
          name: "swiGLU of [\(rows), \(columns)]", parameters: [input(rows, columns, spread: 2)],
          columns: columns / 2, onTape: { $0.swiGLU(rowsOfInput($0)) },
          reference: { $0["x"]!.swiGLU() })
      ]
    }

  private static let gather = OperationCase(
    name: "gatherRows with repeats, out of order", parameters: [input(9, 5)], columns: 5,
    onTape: { $0.gatherRows(rowsOfInput($0), [3, 0, 3, 8, 3, 1]) },
    reference: { $0["x"]!.gathered([3, 0, 3, 8, 3, 1]) })

  // MARK: Positions and attention

  private static let rotations = [
    (name: "whole heads", frequencies: [Float(1), 0.3, 0.05, 0.01], rows: 6),
    (name: "the first part of each head", frequencies: [1, 0.1], rows: 6),
    (name: "no part of a head", frequencies: [], rows: 6),
    (name: "many rows", frequencies: [1, 0.3, 0.05, 0.01], rows: 2000),
  ].map { variant in
    let positions = (0..<variant.rows).map { Int32(($0 * 7) % 23) }
    let table = RotaryTable(inverseFrequencies: variant.frequencies, positions: 23)
    let frequencies = variant.frequencies
    return OperationCase(
      name: "rotary of \(variant.name)", parameters: [input(variant.rows, 24)], columns: 24,
      onTape: { tape in
        let x = rowsOfInput(tape)
        tape.rotary(
          x, heads: [0, 16], positions: positions, RotaryTable(inverseFrequencies: frequencies, positions: 23)
        )
        return x
      },
      reference: { $0["x"]!.rotary(heads: [0, 16], positions: positions, inverseFrequencies: frequencies) })
  }

  /// `[q | k | v]` for each head, as GPT-NeoX lays them out.
  static let interleaved = AttentionShape(
    heads: 2, keyValueHeads: 2, headSize: 4, queries: [0, 12], keys: [4, 16], values: [8, 20])

  /// `[q | q | k | v]` for each group of heads.
  private static let groups = AttentionShape(
    heads: 4, keyValueHeads: 2, headSize: 3, queries: [0, 3, 12, 15], keys: [6, 18], values: [9, 21])

  private static let attentions = [
    (
      name: "one head each", shape: AttentionShape(heads: 3, keyValueHeads: 3, headSize: 4),
      segments: segments([9])
    ),
    (
      name: "grouped heads", shape: AttentionShape(heads: 4, keyValueHeads: 2, headSize: 3),
      segments: segments([5, 1, 7])
    ),
    (name: "interleaved heads", shape: interleaved, segments: segments([6, 4])),
    (name: "groups of heads side by side", shape: groups, segments: segments([6, 1, 4])),
    (
      name: "segments longer than a block of queries",
      shape: AttentionShape(heads: 4, keyValueHeads: 2, headSize: 4), segments: segments([64, 131, 1, 65])
    ),
    (
      name: "prefixes that several segments continue",
      shape: AttentionShape(heads: 4, keyValueHeads: 2, headSize: 3),
      segments: [
        Segment(rows: 0..<5), Segment(rows: 5..<8, after: [0..<5]),
        Segment(rows: 8..<9, after: [0..<5, 5..<8]),
        Segment(rows: 9..<13, after: [0..<5, 5..<8]), Segment(rows: 13..<19, after: [0..<5]),
        Segment(rows: 19..<22), Segment(rows: 22..<27, after: [19..<22]),
      ]
    ),
    (
      name: "prefixes longer than a block of queries", shape: groups,
      segments: [
        Segment(rows: 0..<70), Segment(rows: 70..<140, after: [0..<70]),
        Segment(rows: 140..<149, after: [0..<70]),
      ]
    ),
    (
      name: "heads wider than a vector", shape: AttentionShape(heads: 2, keyValueHeads: 1, headSize: 56),
      segments: segments([3, 37])
    ),
  ].map { variant in
    let segments = variant.segments
    let rows = segments.last?.rows.upperBound ?? 0
    let shape = variant.shape
    let columns = (shape.heads + 2 * shape.keyValueHeads) * shape.headSize
    return OperationCase(
      name: "causalAttention, \(variant.name)", parameters: [input(rows, columns, spread: 1.5)],
      columns: shape.heads * shape.headSize, checked: 150,
      onTape: { $0.causalAttention(rowsOfInput($0), shape, segments) },
      reference: { $0["x"]!.causalAttention(shape, segments) })
  }

  private static let askedAttentions = [
    (
      name: "prefixes and what continues them",
      segments: [
        Segment(rows: 0..<70), Segment(rows: 70..<140, after: [0..<70]),
        Segment(rows: 140..<149, after: [0..<70]), Segment(rows: 149..<155, after: [0..<70]),
      ], rows: [69, 100, 101, 139, 145, 148]
    ),
    (name: "long segments", segments: segments([131, 40, 5]), rows: [41, 77, 80, 130, 172, 175]),
    (name: "one row of many", segments: segments([7, 64, 3]), rows: [70]),
  ].map { variant in
    let segments = variant.segments
    let rows = segments.last?.rows.upperBound ?? 0
    let columns = (groups.heads + 2 * groups.keyValueHeads) * groups.headSize
    return OperationCase(
      name: "causalAttention, asked for rows of \(variant.name)",
      parameters: [input(rows, columns, spread: 1.5)], columns: groups.heads * groups.headSize, checked: 400,
      onTape: { $0.causalAttention(rowsOfInput($0), groups, segments, rows: variant.rows) },
      reference: { $0["x"]!.causalAttention(groups, segments).gathered(variant.rows) })
  }

  static func segments(_ lengths: [Int]) -> [Segment] {
    var start = 0
    return lengths.map { length in
      defer { start += length }
      return Segment(rows: start..<start + length)
    }
  }

  /// Every row of a table once, in order: an input with a gradient that can be read.
  static func rowsOfInput(_ tape: Tape, _ name: String = "x") -> Tensor {
    let table = tape.parameters[name]
    return tape.embedding(table, (0..<table.rows).map(Int32.init))
  }
}
