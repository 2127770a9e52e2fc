import Foundation

/// Clipped surrogate of PPO (Schulman et al. 2017, eq. 7) for one token: `max(-Aρ, -A clamp(ρ, 1-ε, 1+ε))`.
struct ProximalPolicyLoss {
  let clipRange: Double

  struct Result {
    var loss: Double
    /// d loss / d log-probability.
    var slope: Double
    var ratio: Double
    var isClipped: Bool
  }

  func callAsFunction(new: Double, old: Double, advantage: Double) -> Result {
    let ratio = exp(new - old)
    let clamped = min(max(ratio, 1 - clipRange), 1 + clipRange)
    let free = -advantage * ratio
    let clipped = -advantage * clamped
    let isClipped = clipped > free
    // The clamped branch is greater only where the clamp is flat.
    return Result(loss: max(free, clipped), slope: isClipped ? 0 : free, ratio: ratio, isClipped: isClipped)
  }
}

/// Clipped squared error of a value (TRL 1.12): `½ max((v - R)², (clamp(v, V - ε, V + ε) - R)²)`.
struct ClippedValueLoss {
  let clipRange: Double

  func callAsFunction(new: Double, old: Double, target: Double) -> (
    loss: Double, slope: Double, isClipped: Bool
  ) {
    let clamped = min(max(new, old - clipRange), old + clipRange)
    let free = (new - target) * (new - target)
    let clipped = (clamped - target) * (clamped - target)
    let isClipped = clipped > free
    return (0.5 * max(free, clipped), isClipped ? 0 : new - target, isClipped)
  }
}
