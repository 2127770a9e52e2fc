/// Which examples each optimiser step takes.
///
/// Every epoch visits each example once, shuffled by the seed and the epoch's number or in their order; its last
/// batch may be smaller.
public struct BatchOrder: Sendable {
  public let examples: Int
  public let batchSize: Int
  private let shuffled: ShuffledOrder?

  /// - Precondition: a batch holds at least one example.
  public init(examples: Int, batchSize: Int, shuffle: Bool, seed: UInt64) {
    precondition(batchSize > 0, "batches of \(batchSize)")
    self.examples = examples
    self.batchSize = batchSize
    shuffled = shuffle ? ShuffledOrder(seed: seed) : nil
  }

  public var stepsPerEpoch: Int { (examples + batchSize - 1) / batchSize }

  /// Steps that the options ask for.
  public func totalSteps(_ options: TrainingOptions) -> Int {
    options.maximumSteps > 0
      ? options.maximumSteps : Int((Double(stepsPerEpoch) * options.epochs).rounded(.up))
  }

  /// Indices of the examples of one epoch, in the order they are visited.
  public func order(epoch: Int) -> [Int] {
    shuffled?.permutation(of: examples, epoch: epoch) ?? Array(0..<examples)
  }

  /// Indices of the examples that some steps visit, ascending.
  public func visited(_ range: Range<Int>) -> [Int] {
    range.count > 2 * stepsPerEpoch
      ? Array(0..<examples) : Set(steps(range).lazy.flatMap(\.examples)).sorted()
  }

  /// Some of the steps, counted from 0, each with its examples.
  public func steps(_ range: Range<Int>) -> Steps { Steps(order: self, range: range) }

  /// Steps in their order.
  public struct Steps: Sequence, IteratorProtocol {
    fileprivate let order: BatchOrder
    private var rest: Range<Int>
    private var visited: [Int] = []

    fileprivate init(order: BatchOrder, range: Range<Int>) {
      self.order = order
      rest = range
    }

    public mutating func next() -> (step: Int, examples: [Int])? {
      guard order.examples > 0, let step = rest.popFirst() else { return nil }
      let start = step % order.stepsPerEpoch * order.batchSize
      if start == 0 || visited.isEmpty { visited = order.order(epoch: step / order.stepsPerEpoch) }
      return (step, Array(visited[start..<Swift.min(start + order.batchSize, visited.count)]))
    }
  }
}
