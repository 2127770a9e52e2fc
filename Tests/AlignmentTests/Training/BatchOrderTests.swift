import Alignment
import Testing

@Suite struct BatchOrderTests {
  private func steps(_ order: BatchOrder, _ total: Int) -> [[Int]] {
    var steps: [[Int]] = []
    order.forEachStep(total) { step, examples in
      #expect(step == steps.count)
      steps.append(examples)
    }
    return steps
  }

  @Test(arguments: [1, 3, 4, 7, 12], [true, false])
  func `Every epoch visits each example once; its last batch may be smaller`(batchSize: Int, shuffle: Bool) {
    let order = BatchOrder(examples: 11, batchSize: batchSize, shuffle: shuffle, seed: 3)
    let all = steps(order, 3 * order.stepsPerEpoch)
    for epoch in 0..<3 {
      let batches = all[epoch * order.stepsPerEpoch..<(epoch + 1) * order.stepsPerEpoch]
      #expect(batches.joined().sorted() == Array(0..<11))
      #expect(batches.dropLast().allSatisfy { $0.count == batchSize })
      #expect(batches.last?.count == (11 % batchSize == 0 ? batchSize : 11 % batchSize))
    }
  }

  @Test func `Shuffled epochs differ and depend on the seed alone`() {
    let order = BatchOrder(examples: 50, batchSize: 8, shuffle: true, seed: 3)
    #expect(order.order(epoch: 0) != order.order(epoch: 1))
    #expect(
      order.order(epoch: 1) == BatchOrder(examples: 50, batchSize: 5, shuffle: true, seed: 3).order(epoch: 1))
    #expect(
      order.order(epoch: 0) != BatchOrder(examples: 50, batchSize: 8, shuffle: true, seed: 4).order(epoch: 0))
  }

  @Test func `Without shuffling rows come in their order, wrapping round`() {
    let order = BatchOrder(examples: 5, batchSize: 2, shuffle: false, seed: 3)
    #expect(steps(order, 5) == [[0, 1], [2, 3], [4], [0, 1], [2, 3]])
  }

  @Test(arguments: [(3.0, 0, 9), (0.5, 0, 2), (1.0, 7, 7)])
  func `Steps are the epochs' or as many as are asked for`(epochs: Double, maximum: Int, expected: Int) {
    var options = TrainingOptions(learningRate: 1)
    options.epochs = epochs
    options.maximumSteps = maximum
    #expect(BatchOrder(examples: 10, batchSize: 4, shuffle: true, seed: 0).totalSteps(options) == expected)
  }
}
