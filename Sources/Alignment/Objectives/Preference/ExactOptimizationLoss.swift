import Foundation

/// Efficient exact optimisation for two answers (Ji et al. 2024, eq. 16; TRL 1.16 `loss_type: exo_pair`):
/// `q (log q - log(1-ε)) + (1-q) (log(1-q) - log ε)`, `q = σ(βΔ)`.
public struct ExactOptimizationLoss: MarginPreferenceLoss {
  public let beta: Double
  /// ε, above 0: the probability that the rejected answer is the better one. The paper advises 0.001.
  public let labelSmoothing: Double

  public init(beta: Double, labelSmoothing: Double) {
    self.beta = beta
    self.labelSmoothing = labelSmoothing
  }

  func callAsFunction(margin: Double) -> (loss: Double, slope: Double) {
    let x = beta * margin
    let chosen = logSigmoid(x) - log1p(-labelSmoothing)
    let rejected = logSigmoid(-x) - log(labelSmoothing)
    let loss = sigmoid(x) * chosen + sigmoid(-x) * rejected
    return (loss, beta * sigmoid(x) * sigmoid(-x) * (chosen - rejected))
  }
}
