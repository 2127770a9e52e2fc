/// The floating-point work that a workspace was asked for, counted rather than timed.
public struct WorkCounts: Sendable, Hashable {
  /// Products of matrices, with how many of each there were.
  public internal(set) var products: [MatrixProductShape: Int] = [:]
  /// Calls of the BLAS library, of which a product may take several.
  public internal(set) var calls = 0
  /// Operations of attention's own products that the result depends on: each row with the tokens that it sees.
  public internal(set) var attentionOperations = 0

  public init() {}

  /// Operations of the products of matrices.
  public var productOperations: Int { products.reduce(0) { $0 + $1.key.operations * $1.value } }
}
