import Alignment
import Testing

@Suite struct BatchOrderTests {
  private func steps(_ order: BatchOrder, _ total: Int) -> [[Int]] {
    var steps: [[Int]] = []
    for (step, examples) in order.steps(0..<total) {
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

  @Test(arguments: [0..<0, 0..<1, 1..<3, 2..<5, 0..<4, 3..<40], [true, false])
  func `What some steps visit is told without walking through them`(range: Range<Int>, shuffle: Bool) {
    let order = BatchOrder(examples: 11, batchSize: 4, shuffle: shuffle, seed: 3)
    #expect(order.visited(range) == Set(order.steps(range).flatMap(\.examples)).sorted())
  }

  /// `torch.randperm(n, generator=g)` after `g.manual_seed(seed + epoch)`, torch 2.15.
  @Test(
    .tags(.golden),
    arguments: [
      (seed: UInt64(0), epoch: 0, order: [4, 1, 7, 5, 3, 9, 0, 8, 6, 2]),
      (42, 0, [6, 8, 1, 7, 0, 2, 10, 11, 4, 3, 5, 9]), (42, 1, [4, 6, 7, 2, 9, 8, 1, 5, 0, 10, 11, 3]),
      (0xffff_ffff, 0, [2, 1, 3, 6, 4, 5, 0]), (42, 0, [0]),
    ])
  func `A shuffled epoch has the order of transformers`(seed: UInt64, epoch: Int, order: [Int]) {
    let own = BatchOrder(examples: order.count, batchSize: 4, shuffle: true, seed: seed)
    #expect(own.order(epoch: epoch) == order)
  }

  @Test(.tags(.golden)) func `An order longer than the generator's state is torch's too`() {
    let order = BatchOrder(examples: 5000, batchSize: 8, shuffle: true, seed: 42).order(epoch: 0)
    #expect(Array(order[..<5]) == [2542, 430, 846, 4406, 2154])
    #expect(order.enumerated().reduce(0) { $0 + $1.offset * $1.element } == 31_408_185_884)
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
