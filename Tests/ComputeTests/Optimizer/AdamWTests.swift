import Compute
import Foundation
import TestSupport
import Testing

@Suite struct AdamWTests {
  private static let specifications = [
    ParameterSpecification("matrix", [300, 300], .normal(0.5)),
    ParameterSpecification("vector", [77], .normal(0.5)),
    ParameterSpecification("row", [1, 50], .normal(0.5)),
  ]

  private func makeStore() -> ParameterStore {
    let store = ParameterStore(Self.specifications)
    store.initialize(seed: 21)
    return store
  }

  /// Fills the gradients with the numbers of one step.
  private func fill(_ store: ParameterStore, step: Int) -> [Double] {
    store.prepareForTraining()
    var numbers = SeededNumbers(seed: UInt64(step))
    let values = numbers.floats(store.count, spread: 0.3)
    _ = store.gradients?.values.update(fromContentsOf: values)
    return values.map(Double.init)
  }

  @Test(arguments: [
    AdamW.Options(), AdamW.Options(weightDecay: 0.1),
    AdamW.Options(beta1: 0.8, beta2: 0.95, epsilon: 1e-3, weightDecay: 0.01),
  ])
  func `Twenty steps equal the definition in Float64; only matrices decay`(options: AdamW.Options) {
    let store = makeStore()
    let optimizer = AdamW(store, options: options, workspace: Workspace(threads: 2))
    var values = store.values.copy().map(Double.init)
    var first = values.map { _ in 0.0 }
    var second = first
    let decays = Self.specifications.flatMap { Array(repeating: $0.shape.count > 1, count: $0.count) }
    for step in 1...20 {
      let rate = 1e-2 / Double(step)
      let scale = step % 3 == 0 ? 0.25 : 1
      let gradients = fill(store, step: step)
      optimizer.update(learningRate: rate, gradientScale: scale)
      for index in values.indices {
        let gradient = gradients[index] * scale
        if decays[index] { values[index] -= rate * options.weightDecay * values[index] }
        first[index] = options.beta1 * first[index] + (1 - options.beta1) * gradient
        second[index] = options.beta2 * second[index] + (1 - options.beta2) * gradient * gradient
        let correction1 = 1 - pow(options.beta1, Double(step))
        let correction2 = 1 - pow(options.beta2, Double(step))
        let root = (second[index] / correction2).squareRoot()
        values[index] -= rate * (first[index] / correction1) / (root + options.epsilon)
      }
      #expect(store.gradients?.copy().allSatisfy { $0 == 0 } == true)
    }
    #expect(optimizer.step == 20)
    #expect(greatestDifference(store.values.copy().map(Double.init), values) < 1e-6)
  }

  @Test func `Without gradient only decay moves a matrix, and nothing a vector`() {
    let store = makeStore()
    let before = store.values.copy()
    let optimizer = AdamW(store, options: .init(weightDecay: 0.5), workspace: Workspace(threads: 2))
    optimizer.update(learningRate: 0.1)
    for (index, specification) in Self.specifications.enumerated() {
      let start = store.offsets[index]
      let factor: Float = specification.shape.count > 1 ? 0.95 : 1
      for (old, new) in zip(before[start...], store.copyValues(at: index)) {
        #expect(abs(new - old * factor) < 1e-7)
      }
    }
  }

  @Test func `The norm is that of all gradients together`() {
    let store = makeStore()
    let optimizer = AdamW(store, options: .init(), workspace: Workspace(threads: 2))
    #expect(optimizer.gradientNorm() == 0)
    let gradients = fill(store, step: 1)
    let expected = gradients.reduce(0) { $0 + $1 * $1 }.squareRoot()
    #expect(abs(optimizer.gradientNorm() - expected) < 1e-12 * expected)
  }

  @Test(.tags(.determinism)) func `Any number of threads gives the same bits`() {
    let outcomes = [1, 2, 3, 8].map { threads in
      let store = makeStore()
      let optimizer = AdamW(store, options: .init(weightDecay: 0.1), workspace: Workspace(threads: threads))
      let norms = (1...3).map { step in
        _ = fill(store, step: step)
        defer { optimizer.update(learningRate: 1e-2) }
        return optimizer.gradientNorm()
      }
      return (norms, store.values.copy())
    }
    for outcome in outcomes.dropFirst() { #expect(outcome == outcomes[0]) }
  }
}
