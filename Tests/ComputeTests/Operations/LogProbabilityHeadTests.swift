import Compute
import Foundation
import TestSupport
import Testing

@Suite struct LogProbabilityHeadTests {
  /// Shapes and temperatures.
  struct Shape: Sendable, CustomTestStringConvertible {
    let rows, hidden, vocabulary: Int
    let temperature: Float
    var testDescription: String { "[\(rows), \(hidden)] over \(vocabulary) at temperature \(temperature)" }

    static let all = [
      Shape(rows: 1, hidden: 8, vocabulary: 5, temperature: 1),
      Shape(rows: 7, hidden: 12, vocabulary: 31, temperature: 0.7),
      Shape(rows: 40, hidden: 16, vocabulary: 2000, temperature: 1.3),
      Shape(rows: 3, hidden: 4, vocabulary: 150_000, temperature: 1),
    ]

    func makeStore() -> ParameterStore {
      let store = ParameterStore([
        ParameterSpecification("x", [rows, hidden], .normal(1)),
        ParameterSpecification("w", [vocabulary, hidden], .normal(1)),
        ParameterSpecification("score", [1, hidden], .normal(1)),
      ])
      store.initialize(seed: 3)
      return store
    }

    var targets: [Int32] { (0..<rows).map { Int32(($0 * 7919) % vocabulary) } }

    var upstream: [Float] {
      var numbers = SeededNumbers(seed: 8)
      return numbers.floats(rows)
    }
  }

  /// The definition in Float64: log-probabilities, figures, and gradients of the weighted sum of log-probabilities.
  private struct Reference {
    var logProbabilities: [Double] = []
    var entropies: [Double] = []
    var meanLogits: [Double] = []
    var logSumSquares: [Double] = []
    var isArgmax: [Bool] = []
    var hidden: Matrix
    var weight: Matrix

    init(_ shape: Shape, _ x: Matrix, _ w: Matrix) {
      hidden = x.map { _ in 0 }
      weight = w.map { _ in 0 }
      let divisor = Double(shape.temperature)
      for (row, target) in shape.targets.map(Int.init).enumerated() {
        let logits = x.gathered([row]).linear(w).values
        let probabilities = Matrix.softmax(logits.map { $0 / divisor })
        logProbabilities.append(log(probabilities[target]))
        entropies.append(probabilities.reduce(0) { $0 - ($1 > 0 ? $1 * log($1) : 0) })
        meanLogits.append(logits.reduce(0, +) / Double(logits.count))
        logSumSquares.append(log(probabilities.reduce(0) { $0 + $1 * $1 }))
        isArgmax.append(logits.firstIndex(of: logits.max() ?? 0) == target)
        for token in logits.indices {
          let slope = (token == target ? 1 : 0) - probabilities[token]
          let dlogit = Double(shape.upstream[row]) * slope / divisor
          for column in 0..<shape.hidden {
            hidden[row, column] += dlogit * w[token, column]
            weight[token, column] += dlogit * x[row, column]
          }
        }
      }
    }
  }

  @Test(arguments: Shape.all)
  func `Log-probabilities and figures equal their definitions`(shape: Shape) {
    let store = shape.makeStore()
    let reference = Reference(shape, store.matrices["x"]!, store.matrices["w"]!)
    for statistics in [false, true] {
      let workspace = Workspace(threads: 2)
      let head = run(shape, store, workspace, statistics: statistics)
      #expect(greatestDifference(head.logProbabilities.map(Double.init), reference.logProbabilities) < 1e-5)
      if statistics {
        #expect(greatestDifference(head.entropies.map(Double.init), reference.entropies) < 1e-5)
        #expect(greatestDifference(head.meanLogits.map(Double.init), reference.meanLogits) < 1e-5)
        let squares = head.logSumSquaredProbabilities.map(Double.init)
        #expect(greatestDifference(squares, reference.logSumSquares) < 1e-5)
        #expect(head.isArgmax == reference.isArgmax)
      } else {
        #expect(head.entropies.isEmpty && head.isArgmax.isEmpty)
      }
    }
  }

  @Test(.tags(.determinism), arguments: Shape.all)
  func `Asking for figures changes no bit of the log-probabilities`(shape: Shape) {
    let outcomes = [false, true].map { statistics in
      run(shape, shape.makeStore(), Workspace(threads: 2), statistics: statistics).logProbabilities
    }
    #expect(outcomes[0] == outcomes[1])
  }

  @Test(.tags(.gradient), arguments: Shape.all)
  func `Its gradients equal the definition's`(shape: Shape) {
    let store = shape.makeStore()
    let reference = Reference(shape, store.matrices["x"]!, store.matrices["w"]!)
    run(shape, store, Workspace(threads: 2), statistics: true)
    for (index, expected) in [reference.hidden.values, reference.weight.values].enumerated() {
      let scale = expected.reduce(1e-3) { max($0, abs($1)) }
      let found = store.copyGradient(at: index).map(Double.init)
      #expect(greatestDifference(found, expected) < 1e-5 * scale)
    }
  }

  @Test(.tags(.gradient), arguments: Shape.all.filter { $0.vocabulary < 1_000 })
  func `Its gradients equal central differences of the definition`(shape: Shape) {
    let store = shape.makeStore()
    run(shape, store, Workspace(threads: 2), statistics: false)
    let matrices = [store.matrices["x"]!, store.matrices["w"]!]
    func loss(_ matrices: [Matrix]) -> Double {
      zip(Reference(shape, matrices[0], matrices[1]).logProbabilities, shape.upstream)
        .reduce(0) { $0 + $1.0 * Double($1.1) }
    }
    var numbers = SeededNumbers(seed: 6)
    for index in matrices.indices {
      let entries = numbers.sample(40, below: matrices[index].values.count)
      let slopes = entries.map { entry in
        var (above, below) = (matrices, matrices)
        above[index].values[entry] += 1e-4
        below[index].values[entry] -= 1e-4
        return (loss(above) - loss(below)) / 2e-4
      }
      let scale = slopes.reduce(1e-3) { max($0, abs($1)) }
      let gradient = store.copyGradient(at: index)
      for (entry, slope) in zip(entries, slopes) {
        #expect(abs(Double(gradient[entry]) - slope) < 1e-5 * scale)
      }
    }
  }

  @Test(.tags(.gradient)) func `Gradients of two heads over the same hidden states add up`() {
    let shape = Shape.all[1]
    let store = shape.makeStore()
    let reference = Reference(shape, store.matrices["x"]!, store.matrices["w"]!)
    store.prepareForTraining()
    store.zeroGradients()
    let tape = Tape(store, workspace: Workspace(threads: 2), recording: true)
    let hidden = tape.embedding(store["x"], (0..<Int32(shape.rows)).map { $0 })
    let head = tape.logProbabilityHead(
      hidden, store["w"], targets: shape.targets, temperature: shape.temperature)
    let scores = tape.scalarHead(hidden, store["score"])
    head.gradient = shape.upstream
    scores.gradient = shape.upstream
    tape.backward()
    let score = store.matrices["score"]!
    let expected = Matrix(shape.rows, shape.hidden) {
      reference.hidden[$0, $1] + Double(shape.upstream[$0]) * score[0, $1]
    }
    #expect(greatestDifference(store.copyGradient(at: 0).map(Double.init), expected.values) < 1e-5)
  }

  /// The vocabulary is so large that 17 rows of logits come in two chunks, of 16 and 1, and are made again for the
  /// gradient; those of 16 rows are kept.
  @Test func `Rows whose logits are made in several chunks score as if alone`() {
    let shape = Shape(rows: 17, hidden: 2, vocabulary: 1_100_000, temperature: 1)
    #expect(LogitChunk.rows(vocabulary: shape.vocabulary) == 16)
    let store = shape.makeStore()
    let head = run(shape, store, Workspace(threads: 2), statistics: false)
    let together = store.copyGradient(at: 1)
    store.zeroGradients()
    let workspace = Workspace(threads: 2)
    for row in [0..<16, 16..<17] {
      let tape = Tape(store, workspace: workspace, recording: true)
      let hidden = tape.embedding(store["x"], row.map { Int32($0) })
      let part = tape.logProbabilityHead(hidden, store["w"], targets: Array(shape.targets[row]))
      #expect(zip(part.logProbabilities, head.logProbabilities[row]).allSatisfy { abs($0 - $1) < 1e-5 })
      part.gradient = Array(shape.upstream[row])
      tape.backward()
      workspace.arena.reset()
    }
    #expect(zip(together, store.copyGradient(at: 1)).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test(.tags(.determinism), arguments: Shape.all)
  func `Any number of threads gives the same bits`(shape: Shape) {
    let outcomes = [1, 2, 3, 8].map { threads in
      let store = shape.makeStore()
      let head = run(shape, store, Workspace(threads: threads), statistics: true)
      return [head.logProbabilities, head.entropies] + (0..<2).map { store.copyGradient(at: $0) }
    }
    for outcome in outcomes.dropFirst() { #expect(outcome == outcomes[0]) }
  }

  @Test(arguments: [Float(1), 30])
  func `The probabilities of a row sum to one and do not move with its logits`(spread: Float) {
    let count = 97
    let store = ParameterStore([
      ParameterSpecification("x", [1, 2], .ones), ParameterSpecification("w", [count, 2], .normal(spread)),
    ])
    store.initialize(seed: 4)
    /// The second column moves every logit by the same amount.
    func probabilities(shift: Float) -> [Double] {
      for token in 0..<count { store.buffer(at: 1)[2 * token + 1] = shift }
      let tape = Tape(store, workspace: Workspace(threads: 1), recording: false)
      let hidden = tape.embedding(store["x"], Array(repeating: 0, count: count))
      let head = tape.logProbabilityHead(hidden, store["w"], targets: (0..<Int32(count)).map { $0 })
      return head.logProbabilities.map { exp(Double($0)) }
    }
    let plain = probabilities(shift: 0)
    #expect(abs(plain.reduce(0, +) - 1) < 1e-5)
    for shift in [Float(-64), 64, 4096] {
      #expect(greatestDifference(probabilities(shift: shift), plain) < 2e-7 * Double(max(64, abs(shift))))
    }
  }

  @Test func `The first of equal logits is the greatest`() {
    let store = ParameterStore([
      ParameterSpecification("x", [1, 1], .ones), ParameterSpecification("w", [40, 1], .zeros),
    ])
    store.initialize(seed: 0)
    for token in [9, 20, 39] { store.buffer(at: 1)[token] = 2 }
    let tape = Tape(store, workspace: Workspace(threads: 1), recording: false)
    let hidden = tape.embedding(store["x"], [0, 0, 0])
    let head = tape.logProbabilityHead(hidden, store["w"], targets: [9, 20, 0], statistics: true)
    #expect(head.isArgmax == [true, false, false])
  }

  @discardableResult
  private func run(_ shape: Shape, _ store: ParameterStore, _ workspace: Workspace, statistics: Bool)
    -> HeadOutput
  {
    store.prepareForTraining()
    store.zeroGradients()
    let tape = Tape(store, workspace: workspace, recording: true)
    let hidden = tape.embedding(store["x"], (0..<Int32(shape.rows)).map { $0 })
    let head = tape.logProbabilityHead(
      hidden, store["w"], targets: shape.targets, temperature: shape.temperature, statistics: statistics)
    head.gradient = shape.upstream
    tape.backward()
    workspace.arena.reset()
    return head
  }
}
