import Foundation

/// Clipped surrogate of PPO (Schulman et al. 2017, eq. 7) for one token: `max(-Aρ, -A clamp(ρ, 1-ε, 1+ε))`.
public struct ProximalPolicyLoss: Sendable {
  /// ε.
  public let clipRange: Double

  public init(clipRange: Double) { self.clipRange = clipRange }

  public struct Result: Sendable {
    public var loss: Double
    /// d loss / d log-probability.
    public var slope: Double
    public var ratio: Double
    public var isClipped: Bool
  }

  /// - Parameters:
  ///   - new, old: log-probability of the token now and when it was sampled, in nats.
  public func callAsFunction(new: Double, old: Double, advantage: Double) -> Result {
    let ratio = exp(new - old)
    let clamped = min(max(ratio, 1 - clipRange), 1 + clipRange)
    let free = -advantage * ratio
    let clipped = -advantage * clamped
    let isClipped = clipped > free
    // The clamped branch is greater only where the clamp is flat.
    return Result(loss: max(free, clipped), slope: isClipped ? 0 : free, ratio: ratio, isClipped: isClipped)
  }
}
