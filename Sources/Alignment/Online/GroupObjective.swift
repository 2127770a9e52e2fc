/// What distinguishes one kind of group training from another: advantages, and the loss of an answer.
public protocol GroupObjective: Sendable {
  /// TRL's defaults.
  static var defaultOptions: GroupOptions { get }

  /// Advantages of scored answers, and the spread of their rewards.
  ///
  /// - Parameter rollouts: groups of `num_generations` answers side by side; scored, and with log-probabilities under
  ///   policy and reference.
  func advantages(of rollouts: [Rollout], options: GroupOptions) -> GroupAdvantages

  /// Loss of one answer's trained tokens.
  func loss(of answer: AnswerTokens, in batch: GroupBatch, options: GroupOptions) -> AnswerLoss
}

/// One advantage per answer, and the standard deviation of rewards that goes with it.
public struct GroupAdvantages: Sendable, Hashable {
  public var values: [Double]
  /// Of the group, or of the batch where rewards are scaled by it.
  public var deviations: [Double]
  /// Mean over trained tokens of `log π_old - log ref`, where it is part of the reward; nats.
  public var divergence: Double?
}

/// Log-probabilities of an answer's trained tokens, in nats.
public struct AnswerTokens: Sendable {
  public var new: [Double]
  public var old: [Double]
  /// Empty without a reference.
  public var reference: [Double]
  public var advantage: Double

  public init(new: [Double], old: [Double], reference: [Double] = [], advantage: Double) {
    self.new = new
    self.old = old
    self.reference = reference
    self.advantage = advantage
  }
}

/// What a loss is normalised by.
public struct GroupBatch: Sendable, Hashable {
  /// Answers in the batch.
  public var answers: Int
  /// Trained tokens in the batch.
  public var tokens: Int

  public init(answers: Int, tokens: Int) {
    self.answers = answers
    self.tokens = tokens
  }
}

/// One answer's part of a batch's loss.
public struct AnswerLoss: Sendable, Hashable {
  public var loss = 0.0
  /// d loss / d log-probability of each trained token.
  public var slopes: [Double] = []
  /// Ratios: one per token, or one for the answer.
  public var ratios = 0
  public var ratioSum = 0.0
  /// Ratios clipped below with a negative advantage, and above with a positive one.
  public var clippedLow = 0
  public var clippedHigh = 0
  /// KL estimates of the tokens, summed; nil where the loss contains none.
  public var divergence: Double?

  public init() {}

  /// Counts one ratio.
  mutating func count(_ result: ProximalPolicyLoss.Result, advantage: Double) {
    ratios += 1
    ratioSum += result.ratio
    guard result.isClipped else { return }
    if advantage < 0 { clippedLow += 1 } else { clippedHigh += 1 }
  }
}
