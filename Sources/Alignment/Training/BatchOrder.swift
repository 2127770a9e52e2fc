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

  /// Calls `body` for each step with its examples.
  public func forEachStep(_ total: Int, _ body: (_ step: Int, _ examples: [Int]) throws -> Void) rethrows {
    var step = 0
    var epoch = 0
    while step < total {
      let order = order(epoch: epoch)
      for start in stride(from: 0, to: examples, by: batchSize) where step < total {
        try body(step, Array(order[start..<min(start + batchSize, examples)]))
        step += 1
      }
      epoch += 1
    }
  }
}
