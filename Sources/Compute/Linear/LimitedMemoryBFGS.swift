import CKernels

/// Minimises a smooth convex function by the limited-memory BFGS method.
///
/// Source: Nocedal and Wright, Numerical Optimization (2006), algorithms 7.4 and 7.5, with a line search that
/// halves the step until the value has fallen enough (Armijo). Nothing is random, so equal functions give
/// equal bits.
public struct LimitedMemoryBFGS: Sendable {
  /// Steps remembered to estimate the curvature.
  public var memory = 6
  public var maximumIterations = 2_000
  /// The search ends where no partial derivative is greater.
  public var tolerance = 1e-6

  public init() {}

  public struct Minimum: Sendable {
    public var point: [Double]
    public var value: Double
    /// Greatest magnitude of a partial derivative there.
    public var gradient: Double
    public var iterations: Int
  }

  /// A step and the change of the gradient along it.
  private struct Correction {
    var step: [Double]
    var change: [Double]
    /// 1 / (step · change).
    var scale: Double
  }

  /// - Parameter function: the value at a point and its gradient there; what it throws ends the search.
  public func minimize(
    from start: [Double], _ function: (_ point: [Double]) throws -> (value: Double, gradient: [Double])
  ) rethrows -> Minimum {
    var point = start
    var (value, gradient) = try function(point)
    var corrections: [Correction] = []
    var iteration = 0
    while iteration < maximumIterations, greatest(gradient) > tolerance {
      let direction = descent(gradient, corrections)
      let slope = dot(direction, gradient)
      var length = corrections.isEmpty ? 1 / dot(gradient, gradient).squareRoot() : 1
      var next = adding(length, direction, to: point)
      var (nextValue, nextGradient) = try function(next)
      while !(nextValue <= value + 1e-4 * length * slope), length > 1e-12 {
        length /= 2
        next = adding(length, direction, to: point)
        (nextValue, nextGradient) = try function(next)
      }
      guard nextValue <= value else { break }
      let step = adding(-1, point, to: next)
      let change = adding(-1, gradient, to: nextGradient)
      let curvature = dot(step, change)
      if curvature > 0 {
        corrections.append(Correction(step: step, change: change, scale: 1 / curvature))
        if corrections.count > memory { corrections.removeFirst() }
      }
      (point, value, gradient) = (next, nextValue, nextGradient)
      iteration += 1
    }
    return Minimum(point: point, value: value, gradient: greatest(gradient), iterations: iteration)
  }

  /// The gradient times the estimated inverse of the Hessian, downhill (the two loops of algorithm 7.4).
  private func descent(_ gradient: [Double], _ corrections: [Correction]) -> [Double] {
    var direction = gradient
    var weights: [Double] = []
    for correction in corrections.reversed() {
      let weight = correction.scale * dot(correction.step, direction)
      add(-weight, correction.change, to: &direction)
      weights.append(weight)
    }
    if let last = corrections.last {
      let scale = 1 / (last.scale * dot(last.change, last.change))
      for index in direction.indices { direction[index] *= scale }
    }
    for (correction, weight) in zip(corrections, weights.reversed()) {
      let other = correction.scale * dot(correction.change, direction)
      add(weight - other, correction.step, to: &direction)
    }
    for index in direction.indices { direction[index] = -direction[index] }
    return direction
  }

  private func dot(_ a: [Double], _ b: [Double]) -> Double { pl_dot_double(a, b, Int64(a.count)) }

  private func greatest(_ values: [Double]) -> Double { values.reduce(0) { max($0, abs($1)) } }

  private func add(_ factor: Double, _ values: [Double], to target: inout [Double]) {
    pl_add_scaled_double(&target, values, factor, Int64(values.count))
  }

  private func adding(_ factor: Double, _ values: [Double], to start: [Double]) -> [Double] {
    var sum = start
    add(factor, values, to: &sum)
    return sum
  }
}
