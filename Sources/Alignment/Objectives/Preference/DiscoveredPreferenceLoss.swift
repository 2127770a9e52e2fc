import Foundation

/// The loss that a language model discovered (Lu et al. 2024, eq. 5; TRL 1.16 `loss_type: discopop`):
/// `(1-m) (-log σ(βΔ)) + m e^(-βΔ)`, `m = σ(βΔ / τ)`.
public struct DiscoveredPreferenceLoss: MarginPreferenceLoss {
  public let beta: Double
  /// τ, above 0: how sharply the two parts are mixed.
  public let tau: Double

  public init(beta: Double, tau: Double) {
    self.beta = beta
    self.tau = tau
  }

  func callAsFunction(margin: Double) -> (loss: Double, slope: Double) {
    let x = beta * margin
    let mixing = sigmoid(x / tau)
    let rest = sigmoid(-x / tau)
    // m e^-x as one exponential: its factors alone may be 0 and infinite.
    let exponential = exp(logSigmoid(x / tau) - x)
    let logistic = -logSigmoid(x)
    let slope =
      rest / tau * exponential - mixing * rest / tau * logistic - rest * sigmoid(-x) - exponential
    return (rest * logistic + exponential, beta * slope)
  }
}
