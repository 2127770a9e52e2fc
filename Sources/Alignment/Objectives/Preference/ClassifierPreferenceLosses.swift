/// Noise contrastive alignment of a pair (Chen et al. 2024; TRL 1.16 `loss_type: nca_pair`):
/// `-log σ(βc) - ½ log σ(-βc) - ½ log σ(-βr)`.
public struct NoiseContrastiveLoss: PairwisePreferenceLoss {
  public let beta: Double

  public init(beta: Double) { self.beta = beta }

  public func callAsFunction(_ pair: PreferencePair) -> PairLoss {
    let chosen = beta * pair.chosen.score
    let rejected = beta * pair.rejected.score
    return PairLoss(
      loss: -logSigmoid(chosen) - 0.5 * logSigmoid(-chosen) - 0.5 * logSigmoid(-rejected),
      chosen: beta * (0.5 * sigmoid(chosen) - sigmoid(-chosen)),
      rejected: beta * 0.5 * sigmoid(rejected))
  }
}

/// Binary classifier optimisation of a pair (Jung et al. 2024; TRL 1.16 `loss_type: bco_pair`):
/// `-log σ(βc) - log σ(-βr)`, without the paper's running shift δ, as TRL has it.
public struct BinaryClassifierLoss: PairwisePreferenceLoss {
  public let beta: Double

  public init(beta: Double) { self.beta = beta }

  public func callAsFunction(_ pair: PreferencePair) -> PairLoss {
    let chosen = beta * pair.chosen.score
    let rejected = beta * pair.rejected.score
    return PairLoss(
      loss: -logSigmoid(chosen) - logSigmoid(-rejected), chosen: -beta * sigmoid(-chosen),
      rejected: beta * sigmoid(rejected))
  }
}
