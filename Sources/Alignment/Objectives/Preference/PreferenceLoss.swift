/// A loss on pairs of answers: a pure function of their log-probabilities.
///
/// Losses see `score`, which for all divergences but the reverse KL is not the log-ratio; derivatives are with
/// respect to it, and whoever has the model carries them on to the tokens.
public protocol PreferenceLoss: Sendable {
  /// Each pair's part of the batch's loss, so that the parts of all pairs add up to it.
  func callAsFunction(_ batch: PreferenceBatch) -> [PairLoss]

  /// Whether a pair's part depends on the other pairs, so that a batch cannot be taken in parts.
  var couplesPairs: Bool { get }

  /// Whether `likelihood` is to span the prompt as well as the chosen answer.
  var spansPrompt: Bool { get }

  /// Whether figures of rewards and log-probabilities are means per token rather than sums.
  var averagesTokens: Bool { get }

  /// Figures of its own, each the batch's value when added up over its parts.
  func figures(_ batch: PreferenceBatch) -> [Metric]
}

extension PreferenceLoss {
  public var couplesPairs: Bool { false }
  public var spansPrompt: Bool { false }
  public var averagesTokens: Bool { false }
  public func figures(_ batch: PreferenceBatch) -> [Metric] { [] }
}

/// A loss that is the mean over pairs of a function of each.
public protocol PairwisePreferenceLoss: PreferenceLoss {
  func callAsFunction(_ pair: PreferencePair) -> PairLoss
}

extension PairwisePreferenceLoss {
  public func callAsFunction(_ batch: PreferenceBatch) -> [PairLoss] {
    batch.pairs.map { self($0) * ($0.weight / Double(batch.pairCount)) }
  }
}

/// A loss of `chosen.score - rejected.score` alone.
protocol MarginPreferenceLoss: PairwisePreferenceLoss {
  /// - Parameter margin: `Δ`.
  func callAsFunction(margin: Double) -> (loss: Double, slope: Double)
}

extension MarginPreferenceLoss {
  public func callAsFunction(_ pair: PreferencePair) -> PairLoss {
    let result = self(margin: pair.chosen.score - pair.rejected.score)
    return PairLoss(loss: result.loss, chosen: result.slope, rejected: -result.slope)
  }
}

/// `-(1-ε) log σ(x) - ε log σ(-x)`: cross-entropy against a label that is wrong with probability ε.
///
/// - Returns: the value and its derivative.
func smoothedLogistic(_ x: Double, _ smoothing: Double) -> (loss: Double, slope: Double) {
  (
    -(1 - smoothing) * logSigmoid(x) - smoothing * logSigmoid(-x),
    -(1 - smoothing) * sigmoid(-x) + smoothing * sigmoid(x)
  )
}
