/// What a product of matrices costs: `[m, k] · [k, n]`, and which of the two lie transposed in memory.
public struct MatrixProductShape: Sendable, Hashable {
  public let m, n, k: Int
  public let transposesFirst, transposesSecond: Bool

  /// Floating-point operations: a multiplication and an addition for each term.
  public var operations: Int { 2 * m * n * k }
}

extension Workspace {
  /// Seconds that the team takes for such a product, the least of several times.
  ///
  /// - Parameter repetitions: at least 1.
  public func seconds(for shape: MatrixProductShape, repetitions: Int) -> Double {
    let a = FloatBuffer(count: shape.m * shape.k)
    let b = FloatBuffer(count: shape.k * shape.n)
    let c = FloatBuffer(count: shape.m * shape.n)
    let first = MatrixOperand(
      a.pointer, stride: shape.transposesFirst ? shape.m : shape.k, transposed: shape.transposesFirst)
    let second = MatrixOperand(
      b.pointer, stride: shape.transposesSecond ? shape.k : shape.n, transposed: shape.transposesSecond)
    let clock = ContinuousClock()
    return withExtendedLifetime((a, b, c)) {
      (0...repetitions).map { _ in
        let time = clock.measure {
          team.multiply(
            m: shape.m, n: shape.n, k: shape.k, first, second, into: c.pointer, stride: shape.n)
        }
        return time / .seconds(1)
      }.dropFirst().min() ?? 0
    }
  }
}
