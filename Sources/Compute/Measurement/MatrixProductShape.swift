/// What a product of matrices costs: `[m, k] · [k, n]`, and which of the two lie transposed in memory.
public struct MatrixProductShape: Sendable, Hashable {
  public let m, n, k: Int
  public let transposesFirst, transposesSecond: Bool

  public init(m: Int, n: Int, k: Int, transposesFirst: Bool = false, transposesSecond: Bool = false) {
    self.m = m
    self.n = n
    self.k = k
    self.transposesFirst = transposesFirst
    self.transposesSecond = transposesSecond
  }

  /// Floating-point operations: a multiplication and an addition for each term.
  public var operations: Int { 2 * m * n * k }
}
