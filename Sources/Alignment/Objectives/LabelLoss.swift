/// Cross-entropy of classes: `-Σ w_y log p_y / Σ w_y` over the rows of a batch (torch's `CrossEntropyLoss`
/// with `weight`; the mean of `-log p_y` where all classes weigh the same).
public struct LabelLoss: Sendable {
  /// Σ w_y over the whole batch.
  private let total: Double

  /// - Parameter weights: of all rows of the batch.
  public init(weights: [Double]) { total = weights.reduce(0, +) }

  /// - Parameters:
  ///   - logProbabilities: of the actual classes of one micro-batch, in nats.
  ///   - weights: of the same rows.
  public func callAsFunction(_ logProbabilities: [Float], weights: [Double]) -> LossAndGradient {
    precondition(logProbabilities.count == weights.count, "one weight for each row")
    return LossAndGradient(
      loss: zip(logProbabilities, weights).reduce(0) { $0 - $1.1 * Double($1.0) } / total,
      gradient: weights.map { -$0 / total })
  }
}
