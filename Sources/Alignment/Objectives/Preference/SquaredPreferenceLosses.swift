/// Identity preference optimisation (Azar et al. 2023, eq. 17; TRL 1.16 `loss_type: ipo`):
/// `(s_c / len_c - s_r / len_r - 1/(2β))²`.
///
/// The division by answer lengths is TRL's, confirmed there with the authors; the paper's text has none.
public struct IdentityPreferenceLoss: PairwisePreferenceLoss {
  public let beta: Double

  public init(beta: Double) { self.beta = beta }

  public func callAsFunction(_ pair: PreferencePair) -> PairLoss {
    pair.perToken { chosen, rejected in
      let miss = chosen - rejected - 1 / (2 * beta)
      return (miss * miss, 2 * miss, -2 * miss)
    }
  }
}

/// Self-play preference optimisation with certain outcomes (Wu et al. 2024, eq. 4.7 with P = 1 and 0; TRL 1.16
/// `loss_type: sppo_hard`): `(c - 1/(2β))² + (r + 1/(2β))²`.
public struct SelfPlayPreferenceLoss: PairwisePreferenceLoss {
  public let beta: Double

  public init(beta: Double) { self.beta = beta }

  public func callAsFunction(_ pair: PreferencePair) -> PairLoss {
    let chosen = pair.chosen.score - 0.5 / beta
    let rejected = pair.rejected.score + 0.5 / beta
    return PairLoss(loss: chosen * chosen + rejected * rejected, chosen: 2 * chosen, rejected: 2 * rejected)
  }
}
