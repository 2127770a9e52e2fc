/// Clipped squared error of a value (TRL 1.12): `½ max((v - R)², (clamp(v, V - ε, V + ε) - R)²)`.
public struct ClippedValueLoss: Sendable {
  /// ε.
  public let clipRange: Double

  public init(clipRange: Double) { self.clipRange = clipRange }

  /// - Parameters:
  ///   - new, old: the value V now and when the answer was sampled.
  ///   - target: the return R.
  /// - Returns: the loss and its derivative with respect to `new`.
  public func callAsFunction(new: Double, old: Double, target: Double) -> (
    loss: Double, slope: Double, isClipped: Bool
  ) {
    let clamped = min(max(new, old - clipRange), old + clipRange)
    let free = (new - target) * (new - target)
    let clipped = (clamped - target) * (clamped - target)
    let isClipped = clipped > free
    return (0.5 * max(free, clipped), isClipped ? 0 : new - target, isClipped)
  }
}
