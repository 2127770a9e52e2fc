/// Kahneman–Tversky optimisation on answers that were rated one by one (Ethayarajh et al. 2024, eq. 7; TRL 1.16
/// `KTOTrainer`): `λ_d (1 - σ(β(c - z)))` of a desirable answer and `λ_u (1 - σ(β(z - r)))` of an undesirable one,
/// where `c` and `r` are log-ratios to the reference and `z` estimates the KL divergence from it.
public struct ProspectLoss: Sendable {
  /// The forms that `loss_type` can name.
  public enum Form: String, Sendable, Hashable, CaseIterable {
    case kto
    /// `z = 0` (D'Oosterlinck et al. 2024, eq. 7, unpaired).
    case apoZeroUnpaired = "apo_zero_unpaired"
  }

  public let form: Form
  public let beta: Double
  /// λ_d.
  public let desirableWeight: Double
  /// λ_u.
  public let undesirableWeight: Double

  public init(
    form: Form = .kto, beta: Double = 0.1, desirableWeight: Double = 1, undesirableWeight: Double = 1
  ) {
    self.form = form
    self.beta = beta
    self.desirableWeight = desirableWeight
    self.undesirableWeight = undesirableWeight
  }

  /// Whether `z` is needed.
  public var estimatesDivergence: Bool { form == .kto }

  /// - Parameters:
  ///   - logRatio: `log π - log ref` of the answer, in nats.
  ///   - divergence: `z`, at least 0; constant for gradients.
  /// - Returns: the loss of the row and its derivative with respect to the log-ratio.
  public func callAsFunction(
    logRatio: Double, isDesirable: Bool, divergence: Double
  ) -> (loss: Double, slope: Double) {
    let sign = isDesirable ? 1.0 : -1
    let weight = isDesirable ? desirableWeight : undesirableWeight
    let value = sign * beta * (logRatio - (estimatesDivergence ? divergence : 0))
    return (weight * sigmoid(-value), -weight * sign * beta * sigmoidSlope(value))
  }
}
