/// Direct preference optimisation (Rafailov et al. 2023, eq. 7; TRL 1.16 `loss_type: sigmoid`), with conservative
/// label smoothing (Mitchell 2023): `-(1-ε) log σ(βΔ) - ε log σ(-βΔ)`.
public struct SigmoidPreferenceLoss: MarginPreferenceLoss {
  public let beta: Double
  /// ε, the assumed share of swapped labels, below one half.
  public let labelSmoothing: Double

  public init(beta: Double, labelSmoothing: Double = 0) {
    self.beta = beta
    self.labelSmoothing = labelSmoothing
  }

  func callAsFunction(margin: Double) -> (loss: Double, slope: Double) {
    let result = smoothedLogistic(beta * margin, labelSmoothing)
    return (result.loss, beta * result.slope)
  }
}

/// Direct preference optimisation unbiased under swapped labels (Chowdhury et al. 2024; TRL 1.16
/// `loss_type: robust`): `[-(1-ε) log σ(βΔ) + ε log σ(-βΔ)] / (1 - 2ε)`.
public struct RobustPreferenceLoss: MarginPreferenceLoss {
  public let beta: Double
  /// ε, the share of swapped labels, below one half.
  public let labelSmoothing: Double

  public init(beta: Double, labelSmoothing: Double) {
    self.beta = beta
    self.labelSmoothing = labelSmoothing
  }

  func callAsFunction(margin: Double) -> (loss: Double, slope: Double) {
    let x = beta * margin
    let scale = 1 / (1 - 2 * labelSmoothing)
    let loss = -(1 - labelSmoothing) * logSigmoid(x) + labelSmoothing * logSigmoid(-x)
    let slope = -(1 - labelSmoothing) * sigmoid(-x) - labelSmoothing * sigmoid(x)
    return (scale * loss, scale * beta * slope)
  }
}
