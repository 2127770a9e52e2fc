/// Which rows each optimiser step takes: epoch after epoch, each in its own order, the last batch of an epoch smaller
/// where the rows do not divide.
public struct BatchSchedule: Sendable, Hashable {
  public let rows: Int
  public let batchSize: Int
  public let seed: UInt64
  public let isShuffled: Bool

  /// - Precondition: there are rows, and a batch holds at least one.
  public init(rows: Int, batchSize: Int, seed: UInt64, isShuffled: Bool = true) {
    precondition(rows > 0 && batchSize > 0, "batches of \(batchSize) from \(rows) rows")
    self.rows = rows
    self.batchSize = batchSize
    self.seed = seed
    self.isShuffled = isShuffled
  }

  public var stepsPerEpoch: Int { (rows + batchSize - 1) / batchSize }

  /// The rows of one epoch in order.
  public func order(ofEpoch epoch: Int) -> [Int] {
    isShuffled ? permutation(count: rows, seed: seed, epoch: epoch) : Array(0..<rows)
  }

  /// The rows of step `step`, counted from 0 over all epochs.
  public func batch(at step: Int) -> [Int] {
    let start = step % stepsPerEpoch * batchSize
    return Array(order(ofEpoch: step / stepsPerEpoch)[start..<min(rows, start + batchSize)])
  }
}
