/// Where queries, keys and values lie in the columns of one tensor, and how many heads there are.
public struct AttentionShape: Sendable {
  public let heads: Int
  /// Fewer than `heads` when several query heads share a key and a value head (Ainslie et al. 2023).
  public let keyValueHeads: Int
  public let headSize: Int
  /// First column of each query, key and value head.
  public let queries: [Int]
  public let keys: [Int]
  public let values: [Int]
  public let scale: Float

  /// Columns `[queries | keys | values]`, heads side by side.
  public init(heads: Int, keyValueHeads: Int, headSize: Int) {
    precondition(heads % keyValueHeads == 0, "\(heads) heads over \(keyValueHeads) key-value heads")
    self.init(
      heads: heads, keyValueHeads: keyValueHeads, headSize: headSize,
      queries: (0..<heads).map { $0 * headSize },
      keys: (0..<keyValueHeads).map { (heads + $0) * headSize },
      values: (0..<keyValueHeads).map { (heads + keyValueHeads + $0) * headSize })
  }

  /// Any other arrangement; together the heads take every column once.
  public init(
    heads: Int, keyValueHeads: Int, headSize: Int, queries: [Int], keys: [Int], values: [Int]
  ) {
    precondition(
      queries.count == heads && keys.count == keyValueHeads && values.count == keyValueHeads,
      "\(queries.count), \(keys.count), \(values.count) columns for \(heads) heads, \(keyValueHeads) shared")
    self.heads = heads
    self.keyValueHeads = keyValueHeads
    self.headSize = headSize
    self.queries = queries
    self.keys = keys
    self.values = values
    scale = 1 / Float(headSize).squareRoot()
  }

  var group: Int { heads / keyValueHeads }
}
