/// Direct preference optimisation (Rafailov et al. 2023, eq. 7; TRL 1.16 `loss_type: sigmoid`), with conservative
/// label smoothing (Mitchell 2023): `-(1-ε) log σ(βΔ) - ε log σ(-βΔ)`, `Δ = (π_c - ref_c) - (π_r - ref_r)`.
public struct DirectPreferenceLoss: Sendable {
  public let beta: Double
  /// ε, the assumed share of swapped labels, below one half.
  public let labelSmoothing: Double

  public init(beta: Double, labelSmoothing: Double = 0) {
    self.beta = beta
    self.labelSmoothing = labelSmoothing
  }

  /// - Parameters:
  ///   - chosen, rejected: `log π - log ref` summed over each answer's tokens, in nats.
  /// - Returns: the loss of the pair and its derivative with respect to `Δ`.
  public func callAsFunction(chosen: Double, rejected: Double) -> (loss: Double, slope: Double) {
    let margin = beta * (chosen - rejected)
    let loss = -(1 - labelSmoothing) * logSigmoid(margin) - labelSmoothing * logSigmoid(-margin)
    let slope = beta * (-(1 - labelSmoothing) * sigmoid(-margin) + labelSmoothing * sigmoid(margin))
    return (loss, slope)
  }
}
