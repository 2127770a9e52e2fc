/// Sums over the tokens of one mini-batch, and the gradients that go with them.
public struct MiniBatchSums: Sendable {
  private var policyLoss = 0.0
  private var valueLoss = 0.0
  private var squaredChange = 0.0
  private var clipped = 0
  private var valueClipped = 0
  private var entropy = 0.0
  private var ratio = 0.0
  private var positions = 0
  private let options: PPOOptions

  public init(options: PPOOptions) { self.options = options }

  /// Adds the clipped surrogate of some answers' tokens.
  ///
  /// - Parameters:
  ///   - logProbabilities, entropies: of all response tokens under the policy as it is now.
  ///   - ranges: which of them belong to each answer.
  ///   - share: weight of a token in the loss.
  /// - Returns: d loss / d log-probability of each response token.
  public mutating func addPolicy(
    logProbabilities: [Float], entropies: [Float], _ rollouts: ArraySlice<Rollout>, _ ranges: [Range<Int>],
    share: Double
  ) -> [Float] {
    let loss = ProximalPolicyLoss(clipRange: options.clipRange, bound: options.clipRatioC)
    var gradient = Array(repeating: Float(0), count: logProbabilities.count)
    for (rollout, range) in zip(rollouts, ranges) {
      positions += range.count
      for (index, position) in range.enumerated() {
        let isCounted = index < rollout.length
        if isCounted || options.conventions == .trl { entropy += Double(entropies[position]) }
        guard isCounted else { continue }
        let new = Double(logProbabilities[position])
        let old = Double(rollout.logProbabilities[index])
        let result = loss(new: new, old: old, advantage: rollout.advantages[index])
        policyLoss += result.loss
        squaredChange += (new - old) * (new - old)
        clipped += result.isClipped ? 1 : 0
        ratio += result.ratio
        gradient[position] = Float(result.slope * share)
      }
    }
    return gradient
  }

  /// Adds the clipped value error of some answers' positions.
  ///
  /// - Parameters:
  ///   - values: of all response tokens under the value model as it is now.
  ///   - rollouts: with the number of positions that carry a value.
  ///   - share: weight of a position in the loss.
  /// - Returns: d loss / d value of each response token.
  public mutating func addValues(
    _ values: [Float], _ rollouts: [(Rollout, Int)], _ ranges: [Range<Int>], share: Double
  ) -> [Float] {
    let loss = ClippedValueLoss(clipRange: options.valueClipRange)
    var gradient = Array(repeating: Float(0), count: values.count)
    for ((rollout, length), range) in zip(rollouts, ranges) {
      for index in 0..<length {
        let position = range.lowerBound + index
        let result = loss(
          new: Double(values[position]), old: Double(rollout.values[index]), target: rollout.returns[index])
        valueLoss += result.loss
        valueClipped += result.isClipped ? 1 : 0
        gradient[position] = Float(result.slope * share)
      }
    }
    return gradient
  }

  /// The means.
  ///
  /// - Parameters:
  ///   - counted: tokens that carry the policy's loss.
  ///   - valued: positions that carry the value's loss.
  public func figures(counted: Double, valued: Double) -> MiniBatchFigures {
    // TRL averages these three over padding too, where the change is 0 and the ratio 1.
    let all = options.conventions == .trl ? Double(positions) : counted
    return MiniBatchFigures(
      policyLoss: policyLoss / counted, valueLoss: valueLoss / valued,
      approximateKL: 0.5 * squaredChange / all, clipFraction: Double(clipped) / counted,
      valueClipFraction: Double(valueClipped) / valued, entropy: entropy / all,
      ratio: (ratio + all - counted) / all)
  }
}
