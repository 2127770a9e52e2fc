import Compute

extension OperationCase {
  /// Linear layers over frozen weights with low-rank adapters, alone and among neighbours.
  static let adapted: [OperationCase] =
    [(1, 24, 40, 4), (9, 17, 33, 1), (300, 96, 64, 8)].flatMap { rows, inputs, outputs, rank in
      [WeightLayout.outputsByInputs, .inputsByOutputs].map { adapted(rows, inputs, outputs, rank, $0) }
    } + [["a"], ["b"], ["c"], ["a", "c"], ["a", "b", "c"]].map(adaptedNeighbours) + [frozenBelow]

  private static func adapted(_ rows: Int, _ inputs: Int, _ outputs: Int, _ rank: Int, _ layout: WeightLayout)
    -> OperationCase
  {
    let shape = layout == .outputsByInputs ? [outputs, inputs] : [inputs, outputs]
    return OperationCase(
      name: "linear [\(rows), \(inputs)] to \(outputs) with an adapter of rank \(rank), \(layout)",
      parameters: [
        weight("w", shape[0], shape[1]), ParameterSpecification("bias", [outputs], .normal(1)),
        ParameterSpecification("x", [rows, inputs], .normal(1)), weight("down", rank, inputs),
        weight("up", outputs, rank),
      ],
      columns: outputs, checked: rows * inputs * outputs > 100_000 ? 4 : 60, frozen: 2,
      adapters: {
        [LowRankAdapter(weight: $0["w"], layout: layout, down: $0["down"], up: $0["up"], scale: 0.75)]
      },
      onTape: { tape in
        let store = tape.parameters
        return tape.linear(rowsOfInput(tape), store["w"], bias: store["bias"], layout: layout)
      },
      reference: { matrices in
        let x = matrices["x"]!
        return x.linear(matrices["w"]!, bias: matrices["bias"]!, layout: layout)
          + x.lowRank(matrices["down"]!, matrices["up"]!, scale: 0.75)
      })
  }

  /// Three weights in one product, some of them with adapters.
  private static func adaptedNeighbours(_ names: [String]) -> OperationCase {
    let outputs = ["a": 4, "b": 2, "c": 3]
    return OperationCase(
      name: "linear over three neighbouring weights with adapters on \(names.joined(separator: ", "))",
      parameters: [weight("a", 4, 10), weight("b", 2, 10), weight("c", 3, 10)]
        + [ParameterSpecification("x", [6, 10], .normal(1))]
        + names.flatMap { [weight("down." + $0, 2, 10), weight("up." + $0, outputs[$0]!, 2)] },
      columns: 9, frozen: 3,
      adapters: { store in
        names.map { name in
          LowRankAdapter(
            weight: store[name], layout: .outputsByInputs, down: store["down." + name],
            up: store["up." + name],
            scale: 2)
        }
      },
      onTape: { $0.linear(rowsOfInput($0), $0.parameters[["a", "b", "c"]]) },
      reference: { matrices in
        let x = matrices["x"]!
        let parts = ["a", "b", "c"].map { name -> Matrix in
          let part = x.linear(matrices[name]!)
          guard names.contains(name) else { return part }
          return part + x.lowRank(matrices["down." + name]!, matrices["up." + name]!, scale: 2)
        }
        return Matrix(6, 9) { row, column in parts.flatMap { $0.row(row) }[column] }
      })
  }

  /// Nothing is trained before the first adapter, and its input gets no gradient.
  private static let frozenBelow = OperationCase(
    name: "adapters over a frozen table and norm",
    parameters: [
      ParameterSpecification("x", [5, 8], .normal(1)), ParameterSpecification("n", [8], .normal(1)),
      weight("w", 8, 8), weight("v", 8, 8), weight("down.w", 2, 8), weight("up.w", 8, 2),
      weight("down.v", 2, 8), weight("up.v", 8, 2),
    ], columns: 8, frozen: 4,
    adapters: { store in
      ["w", "v"].map { name in
        LowRankAdapter(
          weight: store[name], layout: .outputsByInputs, down: store["down." + name], up: store["up." + name],
          scale: 0.5)
      }
    },
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
        let inner = x.rmsNorm(matrices["n"]!, epsilon: Double(Float(1e-5)))
        return x + inner.linear(matrices[name]!)
          + inner.lowRank(matrices["down." + name]!, matrices["up." + name]!, scale: 0.5)
      }
    })
}
