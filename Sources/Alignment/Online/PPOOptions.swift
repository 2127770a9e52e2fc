/// How proximal policy optimisation runs; names and defaults are TRL 1.12's where the meaning is.
public struct PPOOptions: Sendable, Hashable {
  public enum StopToken: String, Sendable, Hashable, CaseIterable { case eos }

  public enum ValueHead: String, Sendable, Hashable, CaseIterable {
    /// The head of the value model's input, which is the reward model's by default (Stiennon et al. 2020).
    case rewardModel = "reward_model"
    /// All zeros (Ziegler et al. 2019).
    case zero
  }

  public enum KLEstimator: String, Sendable, Hashable, CaseIterable { case k1, k3 }

  /// Which details are followed where TRL and the field differ.
  public enum Conventions: String, Sendable, Hashable, CaseIterable {
    /// Score at the last response token; figures over response tokens; gradients clipped.
    case plumbline
    /// TRL 1.12 to the letter: score one token later, figures over padding too, no clipping, no end at EOS.
    case trl
  }

  public var conventions = Conventions.plumbline
  /// Prompts to answer in all; 0 means as many as `epochs` over the prompts.
  public var totalEpisodes = 0
  /// Passes over a batch of answers.
  public var ppoEpochs = 4
  public var miniBatches = 1
  /// Most tokens of an answer.
  public var responseLength = 53
  /// Divides the logits in sampling and in every log-probability.
  public var temperature = 0.7
  /// Scores are cut to ± this before any penalty (10 in OpenRLHF 0.11, 5 in DeepSpeed-Chat); nil leaves them.
  public var rewardClip: Double?
  /// Taken off the score of an answer that does not end; nil leaves it.
  public var missingEOSPenalty: Double?
  /// The score of an answer that does not end, whatever the reward model says (the "EOS trick" of Ziegler et al. 2019
  /// and Huang et al. 2024, -1 there); nil leaves it.
  public var missingEOSScore: Double?
  /// What ends an answer; nil: nothing does, every answer has the full length.
  public var stopToken: StopToken? = .eos
  /// A token that ends answers in place of EOS.
  public var stopTokenID: Int?
  public var whitensRewards = false
  /// Whether advantages get mean 0 and unit variance over the batch; DeepSpeed-Chat leaves them.
  public var whitensAdvantages = true
  public var klCoefficient = 0.05
  public var klEstimator = KLEstimator.k1
  /// KL per answer, in nats, that the coefficient is steered to; nil keeps it fixed.
  public var klTarget: Double?
  /// Episodes over which the coefficient adapts.
  public var klHorizon = 10_000.0
  public var clipRange = 0.2
  /// Most that the ratio of a token with negative advantage counts (dual clip, verl's name); nil: any.
  public var clipRatioC: Double?
  public var valueCoefficient = 0.1
  public var valueClipRange = 0.2
  public var gamma = 1.0
  public var lambda = 0.95
  /// What the value model's head starts from.
  public var valueHead = ValueHead.rewardModel

  public init() {}

  /// What the logits are divided by, as the reference guards against zero.
  var divisor: Float { Float(temperature + 1e-7) }

  /// The tokens that end an answer.
  ///
  /// - Parameter eos: the policy's end tokens.
  public func endIDs(_ eos: Set<Int32>) -> Set<Int32> {
    if let stopTokenID { return [Int32(truncatingIfNeeded: stopTokenID)] }
    return stopToken == .eos ? eos : []
  }
}
