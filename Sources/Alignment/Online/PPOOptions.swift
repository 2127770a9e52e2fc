/// How proximal policy optimisation runs; names and defaults are TRL 1.12's where the meaning is.
public struct PPOOptions: Sendable, Hashable {
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
  /// Taken off the score of an answer that does not end; nil leaves it.
  public var missingEOSPenalty: Double?
  /// Whether an answer ends at EOS; without, every answer has the full length.
  public var stopsAtEOS = true
  public var whitensRewards = false
  public var klCoefficient = 0.05
  public var klEstimator = KLEstimator.k1
  /// KL per answer, in nats, that the coefficient is steered to; nil keeps it fixed.
  public var klTarget: Double?
  /// Episodes over which the coefficient adapts.
  public var klHorizon = 10_000.0
  public var clipRange = 0.2
  public var valueCoefficient = 0.1
  public var valueClipRange = 0.2
  public var gamma = 1.0
  public var lambda = 0.95

  public init() {}

  /// What the logits are divided by, as the reference guards against zero.
  var divisor: Float { Float(temperature + 1e-7) }
}
