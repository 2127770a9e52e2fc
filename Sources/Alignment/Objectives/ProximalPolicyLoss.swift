import Foundation

/// Clipped surrogate of PPO (Schulman et al. 2017, eq. 7) for one ratio: `max(-Aρ, -A clamp(ρ, 1-ε_low, 1+ε_high))`.
///
/// With a bound `c` on the ratio, a negative advantage counts at most `-cA` (dual clip, Ye et al. 2020, eq. 5; `delta`
/// in TRL 1.16's GRPO, `clip_ratio_c` in verl).
public struct ProximalPolicyLoss: Sendable, Hashable {
  /// ε_low.
  public var low: Double
  /// ε_high.
  public var high: Double
  /// `c`, above `1 + ε_high`; nil leaves bad answers unbounded.
  public var bound: Double?

  public init(low: Double, high: Double, bound: Double? = nil) {
    self.low = low
    self.high = high
    self.bound = bound
  }

  public init(clipRange: Double, bound: Double? = nil) {
    self.init(low: clipRange, high: clipRange, bound: bound)
  }

  public struct Result: Sendable {
    public var loss: Double
    /// d loss / d log-ratio.
    public var slope: Double
    public var ratio: Double
    /// Whether the clip decides, so that nothing is learnt.
    public var isClipped: Bool
  }

  /// - Parameters:
  ///   - new, old: log-probability of the token now and when it was sampled, in nats.
  public func callAsFunction(new: Double, old: Double, advantage: Double) -> Result {
    callAsFunction(logRatio: new - old, advantage: advantage)
  }

  /// - Parameter logRatio: of the policy now to the policy that sampled, of a token or a whole answer.
  public func callAsFunction(logRatio: Double, advantage: Double) -> Result {
    let ratio = exp(logRatio)
    let clamped = min(max(ratio, 1 - low), 1 + high)
    let free = -advantage * ratio
    let clipped = -advantage * clamped
    let isClipped = clipped > free
    if let bound, advantage < 0, ratio > bound {
      return Result(loss: -advantage * bound, slope: 0, ratio: ratio, isClipped: false)
    }
    // The clamped branch is greater only where the clamp is flat.
    return Result(loss: max(free, clipped), slope: isClipped ? 0 : free, ratio: ratio, isClipped: isClipped)
  }
}
