/// What a preference loss is told of a chosen and a rejected answer to one prompt.
public struct PreferencePair: Sendable {
  public struct Answer: Sendable {
    /// Log-probability under the policy, summed over the answer's tokens, in nats.
    public var policy: Double
    /// The same under the reference; 0 without one.
    public var reference: Double
    /// `f'(π / ref)`, which is `policy - reference` unless another divergence was chosen.
    public var score: Double
    /// Tokens of the answer.
    public var length: Int

    public init(policy: Double, reference: Double = 0, score: Double? = nil, length: Int = 1) {
      self.policy = policy
      self.reference = reference
      self.score = score ?? policy - reference
      self.length = max(1, length)
    }

    /// `log π - log ref`.
    public var logRatio: Double { policy - reference }
  }

  public var chosen: Answer
  public var rejected: Answer
  /// What the pair's loss is multiplied by (WPO); a constant for gradients.
  public var weight: Double
  /// Log-probabilities of the tokens that a likelihood term trains, summed: of the chosen answer, or, where a loss
  /// asks for prompts too, of prompt and chosen answer.
  public var likelihood: Double

  public init(chosen: Answer, rejected: Answer, weight: Double = 1, likelihood: Double = 0) {
    self.chosen = chosen
    self.rejected = rejected
    self.weight = weight
    self.likelihood = likelihood
  }
}

/// Pairs of one micro-batch, and what a loss needs to know of the whole optimiser batch.
public struct PreferenceBatch: Sendable {
  public var pairs: [PreferencePair]
  /// Pairs of the whole batch.
  public var pairCount: Int
  /// Tokens of the whole batch that `likelihood` is summed over.
  public var likelihoodTokens: Int

  public init(_ pairs: [PreferencePair], pairCount: Int? = nil, likelihoodTokens: Int = 1) {
    self.pairs = pairs
    self.pairCount = max(1, pairCount ?? pairs.count)
    self.likelihoodTokens = max(1, likelihoodTokens)
  }
}

/// A pair's part of a loss, with its derivatives.
public struct PairLoss: Sendable, Hashable {
  public var loss: Double
  /// d loss / d `chosen.score`.
  public var chosen: Double
  /// d loss / d `rejected.score`.
  public var rejected: Double
  /// d loss / d `likelihood`.
  public var likelihood: Double

  public init(loss: Double = 0, chosen: Double = 0, rejected: Double = 0, likelihood: Double = 0) {
    self.loss = loss
    self.chosen = chosen
    self.rejected = rejected
    self.likelihood = likelihood
  }

  static func + (a: PairLoss, b: PairLoss) -> PairLoss {
    PairLoss(
      loss: a.loss + b.loss, chosen: a.chosen + b.chosen, rejected: a.rejected + b.rejected,
      likelihood: a.likelihood + b.likelihood)
  }

  static func * (a: PairLoss, factor: Double) -> PairLoss {
    PairLoss(
      loss: a.loss * factor, chosen: a.chosen * factor, rejected: a.rejected * factor,
      likelihood: a.likelihood * factor)
  }
}
