/// Means over one mini-batch of PPO.
public struct MiniBatchFigures: Sendable, Codable {
  public var policyLoss: Double
  /// With the factor ½, without `vf_coef`.
  public var valueLoss: Double
  /// `½ (Δ log π)²`.
  public var approximateKL: Double
  public var clipFraction: Double
  public var valueClipFraction: Double
  /// Of the policy's distribution, in nats.
  public var entropy: Double
  public var ratio: Double

  /// Means over all mini-batches of an update, under TRL's names.
  static func average(_ all: [MiniBatchFigures]) -> [Metric] {
    func mean(_ path: KeyPath<MiniBatchFigures, Double>) -> Double {
      all.reduce(0) { $0 + $1[keyPath: path] } / Double(max(1, all.count))
    }
    return [
      Metric("policy/approxkl_avg", mean(\.approximateKL)),
      Metric("policy/clipfrac_avg", mean(\.clipFraction)),
      Metric("loss/policy_avg", mean(\.policyLoss)), Metric("loss/value_avg", mean(\.valueLoss)),
      Metric("val/clipfrac_avg", mean(\.valueClipFraction)), Metric("policy/entropy_avg", mean(\.entropy)),
      Metric("val/ratio", mean(\.ratio)), Metric("val/ratio_var", Moments(all.map(\.ratio)).variance),
    ]
  }
}
