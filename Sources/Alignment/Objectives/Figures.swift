import Foundation

/// A loss with its gradient with respect to what it was computed from.
public struct LossAndGradient: Sendable {
  public var loss: Double
  /// One entry per input, in the order of the inputs.
  public var gradient: [Double]

  public init(loss: Double, gradient: [Double]) {
    self.loss = loss
    self.gradient = gradient
  }
}

/// 1 / (1 + e^-x), without overflow.
@inlinable public func sigmoid(_ x: Double) -> Double {
  x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x))
}

/// log(1 / (1 + e^-x)), without overflow.
@inlinable public func logSigmoid(_ x: Double) -> Double { min(x, 0) - log1p(exp(-abs(x))) }
