/// Anchored preference optimisation for chosen answers better than the model's own (D'Oosterlinck et al. 2024,
/// eq. 7; TRL 1.16 `loss_type: apo_zero`): `1 - σ(βc) + σ(βr)`.
public struct AnchoredUpLoss: PairwisePreferenceLoss {
  public let beta: Double

  public init(beta: Double) { self.beta = beta }

  public func callAsFunction(_ pair: PreferencePair) -> PairLoss {
    let chosen = beta * pair.chosen.score
    let rejected = beta * pair.rejected.score
    return PairLoss(
      loss: sigmoid(-chosen) + sigmoid(rejected), chosen: -beta * sigmoidSlope(chosen),
      rejected: beta * sigmoidSlope(rejected))
  }
}

/// Anchored preference optimisation for chosen answers worse than the model's own (D'Oosterlinck et al. 2024,
/// eq. 8; TRL 1.16 `loss_type: apo_down`): `σ(βc) + 1 - σ(β(c - r))`.
public struct AnchoredDownLoss: PairwisePreferenceLoss {
  public let beta: Double

  public init(beta: Double) { self.beta = beta }

  public func callAsFunction(_ pair: PreferencePair) -> PairLoss {
    let chosen = beta * pair.chosen.score
    let margin = beta * (pair.chosen.score - pair.rejected.score)
    return PairLoss(
      loss: sigmoid(chosen) + sigmoid(-margin),
      chosen: beta * (sigmoidSlope(chosen) - sigmoidSlope(margin)), rejected: beta * sigmoidSlope(margin))
  }
}

/// `σ(x) σ(-x)`, the derivative of σ.
func sigmoidSlope(_ x: Double) -> Double { sigmoid(x) * sigmoid(-x) }
