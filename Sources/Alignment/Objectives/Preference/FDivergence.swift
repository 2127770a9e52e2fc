import Foundation

/// The divergence that holds a policy to its reference (Wang et al. 2023; TRL 1.16 `f_divergence_type`): a loss sees
/// `f'(t)` of the ratio `t = π / ref` in place of `log t`.
public struct FDivergence: Sendable, Hashable {
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    case reverseKL = "reverse_kl"
    case forwardKL = "forward_kl"
    case jensenShannon = "js_divergence"
    case alpha = "alpha_divergence"
  }

  public let kind: Kind
  /// α, used by `alpha` only; 1 is the reverse KL.
  public let alpha: Double

  public init(kind: Kind = .reverseKL, alpha: Double = 0.5) {
    self.kind = kind
    self.alpha = alpha
  }

  /// Beyond this exponent TRL holds the alpha divergence, as Float32 would overflow.
  private static let greatestExponent = 80.0

  /// - Parameter x: `log t`, in nats.
  /// - Returns: `f'(t)` and its derivative with respect to `x`:
  ///   `x` (reverse KL), `1 - e^-x` (forward KL), `log 2 + log σ(x)` (Jensen–Shannon),
  ///   `(e^((α-1)x) - 1) / (α-1)` (alpha).
  public func callAsFunction(_ x: Double) -> (score: Double, slope: Double) {
    switch kind {
    case .reverseKL: return (x, 1)
    case .forwardKL: return (1 - exp(-x), exp(-x))
    case .jensenShannon: return (log(2) + logSigmoid(x), sigmoid(-x))
    case .alpha:
      let order = alpha - 1
      if abs(order) < 1e-6 { return (x, 1) }
      let exponent = min(order * x, Self.greatestExponent)
      return ((exp(exponent) - 1) / order, order * x < Self.greatestExponent ? exp(exponent) : 0)
    }
  }
}
