import Compute
import TestSupport
import Testing

/// One computation from parameters to a matrix: on the tape, and as its definition reads in Float64.
///
/// Inputs are parameters too (an embedding table of which every row is taken once), so that their gradients can be
/// read like any other.
struct OperationCase: Sendable, CustomTestStringConvertible {
  let name: String
  let parameters: [ParameterSpecification]
  /// Columns of the output.
  let columns: Int
  /// Entries per parameter whose gradient is checked; large cases check fewer.
  var checked = 60
  /// How many of the parameters, from the first on, are frozen.
  var frozen = 0
  /// Adapters on the parameters.
  var adapters: @Sendable (ParameterStore) -> [LowRankAdapter] = { _ in [] }
  let onTape: @Sendable (Tape) -> Tensor
  let reference: @Sendable ([String: Matrix]) -> Matrix

  var testDescription: String { name }

  /// Weight vectors that turn the output into a loss; several, so that the upstream gradient has full rank and the
  /// output has several consumers.
  private static let probes = ["probe.0", "probe.1", "probe.2"]

  /// What one run of the tape gives.
  struct Outcome: Equatable {
    var output: [Float]
    var gradients: [[Float]]
  }

  /// Parameters with seeded values, the probes among them.
  func makeStore() -> ParameterStore {
    let store = ParameterStore(
      parameters + Self.probes.map { ParameterSpecification($0, [1, columns], .normal(1)) }, frozen: frozen)
    store.adapters = AdapterSet(adapters(store))
    store.initialize(seed: 11)
    return store
  }

  /// Runs forward and backward, `passes` times over, and reads the gradients that this adds up to.
  func run(on store: ParameterStore, workspace: Workspace, passes: Int = 1) -> Outcome {
    store.prepareForTraining()
    store.zeroGradients()
    var values: [Float] = []
    for _ in 0..<passes {
      let tape = Tape(store, workspace: workspace, recording: true)
      let output = onTape(tape)
      for (index, probe) in Self.probes.enumerated() {
        tape.scalarHead(output, store[probe]).gradient = Self.upstream(rows: output.rows, probe: index)
      }
      values = output.copy()
      tape.backward()
      workspace.arena.reset()
    }
    let gradients = store.specifications.indices.map { store.copyGradient(at: $0) }
    return Outcome(output: values, gradients: gradients)
  }

  /// The reference's loss: each probe's scalar for each row, weighted.
  func loss(_ matrices: [String: Matrix]) -> Double {
    let output = reference(matrices)
    var loss = 0.0
    for (index, probe) in Self.probes.enumerated() {
      let weights = matrices[probe]?.values ?? []
      for (row, upstream) in Self.upstream(rows: output.rows, probe: index).enumerated() {
        for column in 0..<columns { loss += Double(upstream) * output[row, column] * weights[column] }
      }
    }
    return loss
  }

  private static func upstream(rows: Int, probe: Int) -> [Float] {
    var numbers = SeededNumbers(seed: UInt64(100 + probe))
    return numbers.floats(rows)
  }
}

extension ParameterStore {
  /// All parameters in Float64, by name.
  var matrices: [String: Matrix] {
    Dictionary(
      uniqueKeysWithValues: specifications.enumerated().map { index, specification in
        let columns = specification.shape.last ?? 1
        let matrix = Matrix(specification.count / columns, columns, copyValues(at: index).map(Double.init))
        return (specification.name, matrix)
      })
  }
}
