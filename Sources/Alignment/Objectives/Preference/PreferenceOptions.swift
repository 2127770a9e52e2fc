/// How a policy is aligned to pairs; names and defaults are TRL 1.16's `DPOConfig`.
public struct PreferenceOptions: Sendable, Hashable {
  /// Which details are followed where TRL and the field differ.
  public enum Conventions: String, Sendable, Hashable, CaseIterable {
    /// `label_smoothing` makes the sigmoid loss conservative DPO.
    case plumbline
    /// TRL 1.16 to the letter: the sigmoid loss does not smooth.
    case trl
  }

  public var conventions = Conventions.plumbline
  /// Losses that are added up.
  public var lossTypes = [PreferenceLossType.sigmoid]
  /// One factor per loss; empty means 1 each.
  public var lossWeights: [Double] = []
  public var beta = 0.1
  /// ε, the assumed share of swapped labels, below one half.
  public var labelSmoothing = 0.0
  public var divergenceType = FDivergence.Kind.reverseKL
  /// α of the alpha divergence.
  public var alphaCoefficient = 0.5
  /// Weight of the tokens by which an answer is longer than the other (LD-DPO, Liu et al. 2024); nil weighs all 1.
  public var lengthDesensitization: Double?
  /// Whether pairs count by how likely the policy finds their answers (WPO, Zhou et al. 2024).
  public var usesWeighting = false
  /// τ of the discopop loss.
  public var discopopTau = 0.05
  /// Whether log-ratios are taken against a uniform reference, which drops out.
  public var isReferenceFree = false

  public init() {}

  public var divergence: FDivergence { FDivergence(kind: divergenceType, alpha: alphaCoefficient) }

  /// The sum of the chosen losses.
  public var loss: any PreferenceLoss {
    let weights = lossWeights.isEmpty ? lossTypes.map { _ in 1 } : lossWeights
    return CombinedPreferenceLoss(zip(lossTypes, weights).map { ($0.make(self), $1) })
  }
}

/// A weighted sum of losses.
public struct CombinedPreferenceLoss: PreferenceLoss {
  private let terms: [(loss: any PreferenceLoss, weight: Double)]

  public init(_ terms: [(loss: any PreferenceLoss, weight: Double)]) { self.terms = terms }

  public var couplesPairs: Bool { terms.contains { $0.loss.couplesPairs } }

  public func callAsFunction(_ batch: PreferenceBatch) -> [PairLoss] {
    terms.reduce(Array(repeating: PairLoss(), count: batch.pairs.count)) { sum, term in
      zip(sum, term.loss(batch)).map { $0 + $1 * term.weight }
    }
  }
}
