import Compute

/// Means over one mini-batch of PPO.
struct MiniBatchFigures {
  var policyLoss: Double
  var valueLoss: Double
  var approximateKL: Double
  var clipFraction: Double
  var valueClipFraction: Double
  var entropy: Double
  var ratio: Double

  /// Means over all mini-batches of an update, under TRL's names.
  static func average(_ all: [MiniBatchFigures]) -> [Metric] {
    func mean(_ path: KeyPath<MiniBatchFigures, Double>) -> Double {
      all.reduce(0) { $0 + $1[keyPath: path] } / Double(max(1, all.count))
    }
    return [
      Metric("policy/approxkl_avg", mean(\.approximateKL)),
      Metric("policy/clipfrac_avg", mean(\.clipFraction)),
      Metric("loss/policy_avg", mean(\.policyLoss)), Metric("loss/value_avg", mean(\.valueLoss)),
      Metric("val/clipfrac_avg", mean(\.valueClipFraction)), Metric("policy/entropy_avg", mean(\.entropy)),
      Metric("val/ratio", mean(\.ratio)), Metric("val/ratio_var", Moments(all.map(\.ratio)).variance),
    ]
  }
}

/// Sums over the tokens of one mini-batch, and the gradients that go with them.
struct MiniBatchSums {
  private var policyLoss = 0.0
  private var valueLoss = 0.0
  private var squaredChange = 0.0
  private var clipped = 0
  private var valueClipped = 0
  private var entropy = 0.0
  private var ratio = 0.0
  private var positions = 0

  /// - Parameter share: weight of a token in the loss.
  /// - Returns: d loss / d log-probability of each response token.
  mutating func addPolicy(
    _ head: HeadOutput, _ rollouts: ArraySlice<Rollout>, _ ranges: [Range<Int>], _ options: PPOOptions,
    share: Double
  ) -> [Float] {
    let loss = ProximalPolicyLoss(clipRange: options.clipRange)
    var gradient = Array(repeating: Float(0), count: head.logProbabilities.count)
    for (rollout, range) in zip(rollouts, ranges) {
      positions += range.count
      for (index, position) in range.enumerated() {
        let isCounted = index < rollout.length
        if isCounted || options.conventions == .trl { entropy += Double(head.entropies[position]) }
        guard isCounted else { continue }
        let new = Double(head.logProbabilities[position])
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

  /// - Parameters:
  ///   - rollouts: with the number of positions that carry a value.
  ///   - share: weight of a position in the loss.
  /// - Returns: d loss / d value of each response token.
  mutating func addValues(
    _ values: [Float], _ rollouts: [(Rollout, Int)], _ ranges: [Range<Int>], _ options: PPOOptions,
    share: Double
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

  /// - Parameters:
  ///   - counted: tokens that carry the policy's loss.
  ///   - valued: positions that carry the value's loss.
  func figures(counted: Double, valued: Double, options: PPOOptions) -> MiniBatchFigures {
    // TRL averages these three over padding too, where the change is 0 and the ratio 1.
    let all = options.conventions == .trl ? Double(positions) : counted
    return MiniBatchFigures(
      policyLoss: policyLoss / counted, valueLoss: valueLoss / valued,
      approximateKL: 0.5 * squaredChange / all, clipFraction: Double(clipped) / counted,
      valueClipFraction: Double(valueClipped) / valued, entropy: entropy / all,
      ratio: (ratio + all - counted) / all)
  }
}

/// Means over the answers of one update, before it.
struct RolloutSummary {
  /// Mean over answers of the summed KL estimate, in nats.
  let divergence: Double
  let metrics: [Metric]

  init(_ rollouts: [Rollout], options: PPOOptions, klCoefficient: Double) {
    let count = Double(max(1, rollouts.count))
    func mean(_ value: (Rollout) -> Double) -> Double { rollouts.reduce(0) { $0 + value($1) } / count }
    divergence = mean { $0.divergence(options.klEstimator) }
    let score = mean(\.score)
    let penalty = -klCoefficient * divergence
    metrics = [
      Metric("objective/kl", divergence),
      Metric(
        "objective/entropy",
        mean { rollout in -rollout.logProbabilities[..<rollout.length].reduce(0.0) { $0 + Double($1) } }),
      Metric("objective/non_score_reward", penalty), Metric("objective/rlhf_reward", penalty + score),
      Metric("objective/scores", score), Metric("objective/response_length", mean { Double($0.length) }),
      Metric("val/num_eos_tokens", Double(rollouts.reduce(0) { $0 + $1.endTokens })),
    ]
  }
}
