/// Simple preference optimisation (Meng et al. 2024, eq. 6), without reference:
/// `-log σ(β (x - y) - γ)`, where `x` and `y` are the mean log-probabilities of a token of the chosen and the rejected
/// answer; with the label smoothing of the paper's code (`SimPOTrainer.simpo_loss`).
public struct SimplePreferenceLoss: PairwisePreferenceLoss {
  public let beta: Double
  /// γ / β, the margin in nats per token that a chosen answer is asked for.
  public let gammaBetaRatio: Double
  /// ε, the assumed share of swapped labels, below one half.
  public let labelSmoothing: Double

  public init(beta: Double, gammaBetaRatio: Double, labelSmoothing: Double = 0) {
    self.beta = beta
    self.gammaBetaRatio = gammaBetaRatio
    self.labelSmoothing = labelSmoothing
  }

  public var averagesTokens: Bool { true }

  public func callAsFunction(_ pair: PreferencePair) -> PairLoss {
    pair.perToken { chosen, rejected in
      let result = smoothedLogistic(beta * (chosen - rejected - gammaBetaRatio), labelSmoothing)
      return (result.loss, beta * result.slope, -beta * result.slope)
    }
  }
}
