/// Alignment by optimal transport (Melnyk et al. 2024; TRL 1.16 `loss_type: aot` and `aot_unpaired`): the smoothed
/// logistic loss of `β d`, where `d` are differences of two sorted lists over the whole batch.
///
/// Paired: `log π_c - log π_r` of each pair, against the same under the reference. Unpaired: the log-ratios of chosen
/// answers, against those of rejected ones. Derivatives go to the pairs that the sorted entries came from.
public struct OptimalTransportLoss: PreferenceLoss {
  public let beta: Double
  public let labelSmoothing: Double
  public let isPaired: Bool

  public init(beta: Double, labelSmoothing: Double = 0, isPaired: Bool) {
    self.beta = beta
    self.labelSmoothing = labelSmoothing
    self.isPaired = isPaired
  }

  public var couplesPairs: Bool { true }

  public func callAsFunction(_ batch: PreferenceBatch) -> [PairLoss] {
    let pairs = batch.pairs
    let greater: [Double]
    let lesser: [Double]
    if isPaired {
      greater = pairs.map { $0.chosen.policy - $0.rejected.policy }
      lesser = pairs.map { $0.chosen.reference - $0.rejected.reference }
    } else {
      greater = pairs.map(\.chosen.logRatio)
      lesser = pairs.map(\.rejected.logRatio)
    }
    let order = Self.order(of: greater)
    let lesserOrder = Self.order(of: lesser)
    var results = Array(repeating: PairLoss(), count: pairs.count)
    for (index, other) in zip(order, lesserOrder) {
      let result = smoothedLogistic(beta * (greater[index] - lesser[other]), labelSmoothing)
      results[index].loss += result.loss
      results[index].chosen += beta * result.slope
      // The reference is constant; what is subtracted of the policy is the pair's own rejected answer.
      results[isPaired ? index : other].rejected -= beta * result.slope
    }
    return results.map { $0 * (1 / Double(batch.pairCount)) }
  }

  /// Indices of the values in ascending order; equal values keep theirs.
  private static func order(of values: [Double]) -> [Int] {
    values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
  }
}
