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

  /// Each of the first `total` steps, counted from 0, with its examples.
  public func steps(_ total: Int) -> Steps { Steps(order: self, total: total) }

  /// Steps in their order.
  public struct Steps: Sequence, IteratorProtocol {
    fileprivate let order: BatchOrder
    fileprivate let total: Int
    private var step = 0
    private var visited: [Int] = []

    fileprivate init(order: BatchOrder, total: Int) {
      self.order = order
      self.total = total
    }

    public mutating func next() -> (step: Int, examples: [Int])? {
      guard step < total, order.examples > 0 else { return nil }
      let start = step % order.stepsPerEpoch * order.batchSize
      if start == 0 { visited = order.order(epoch: step / order.stepsPerEpoch) }
      defer { step += 1 }
      return (step, Array(visited[start..<Swift.min(start + order.batchSize, visited.count)]))
    }
  }
}
