import Compute
import TestSupport
import Testing

@Suite struct OperationTests {
  @Test(arguments: OperationCase.all)
  func `An operation computes what its definition says`(operation: OperationCase) {
    let store = operation.makeStore()
    let output = operation.run(on: store, workspace: Workspace(threads: 2)).output
    let expected = operation.reference(store.matrices).values
    let scale = expected.reduce(1e-3) { max($0, abs($1)) }
    #expect(greatestDifference(output.map(Double.init), expected) < 2e-6 * scale)
  }

  @Test(.tags(.gradient), arguments: OperationCase.all)
  func `Its gradients equal central differences of the definition`(operation: OperationCase) {
    let store = operation.makeStore()
    let gradients = operation.run(on: store, workspace: Workspace(threads: 2)).gradients
    var numbers = SeededNumbers(seed: 5)
    let step = 1e-4
    for index in store.trained {
      let specification = store.specifications[index]
      var matrices = store.matrices
      let entries = numbers.sample(operation.checked, below: specification.count)
      let slopes = entries.map { entry in
        let value = matrices[specification.name]!.values[entry]
        matrices[specification.name]!.values[entry] = value + step
        let above = operation.loss(matrices)
        matrices[specification.name]!.values[entry] = value - step
        let below = operation.loss(matrices)
        matrices[specification.name]!.values[entry] = value
        return (above - below) / (2 * step)
      }
      let scale = slopes.reduce(1e-3) { max($0, abs($1)) }
      for (entry, slope) in zip(entries, slopes) {
        let found = Double(gradients[index][entry])
        #expect(abs(found - slope) < 1e-5 * scale, "\(specification.name)[\(entry)]: \(found) for \(slope)")
      }
    }
  }

  @Test(.tags(.determinism), arguments: OperationCase.all)
  func `Any number of threads gives the same bits, every time`(operation: OperationCase) {
    let store = operation.makeStore()
    let expected = operation.run(on: store, workspace: Workspace(threads: 1))
    for threads in [2, 3, 8] {
      let workspace = Workspace(threads: threads)
      for _ in 0..<5 { #expect(operation.run(on: store, workspace: workspace) == expected) }
    }
  }

  @Test(.tags(.gradient), arguments: OperationCase.all)
  func `Layers that are computed again give the same bits`(operation: OperationCase) {
    let workspace = Workspace(threads: 2)
    workspace.recomputesLayers = true
    let store = operation.makeStore()
    let kept = operation.run(on: store, workspace: Workspace(threads: 2), passes: 2)
    #expect(operation.run(on: store, workspace: workspace, passes: 2) == kept)
  }

  @Test(.tags(.gradient), arguments: OperationCase.all)
  func `Gradients of two passes add up`(operation: OperationCase) {
    let store = operation.makeStore()
    let workspace = Workspace(threads: 2)
    let once = operation.run(on: store, workspace: workspace).gradients
    let twice = operation.run(on: store, workspace: workspace, passes: 2).gradients
    for (single, double) in zip(once, twice) {
      let scale = single.reduce(1e-3) { max($0, abs($1)) }
      #expect(zip(single, double).allSatisfy { abs(2 * $0 - $1) < 1e-5 * scale })
    }
  }
}
