import CKernels

/// Keys and values of one key-value head, in the orders that attention reads them.
struct AttentionContext {
  /// `[headSize, stride]`: a column for each token.
  let keys: UnsafeMutablePointer<Float>
  /// Columns that there is memory for, whole lanes.
  let stride: Int
  /// `[tokens, headSize]`.
  let values: UnsafeMutablePointer<Float>

  /// Copies the keys and values of some rows of `x` to the tokens from `first` on.
  func store(_ rows: Range<Int>, of x: Tensor, _ shape: AttentionShape, head: Int, at first: Int) {
    let source = x.values + rows.lowerBound * x.columns
    transpose(
      source + shape.keys[head], rows: rows.count, columns: shape.headSize, stride: x.columns,
      to: keys + first, stride: stride)
    copyRows(
      source + shape.values[head], rows: rows.count, columns: shape.headSize, stride: x.columns,
      to: values + first * shape.headSize)
  }
}

/// Values that kernels handle at once.
private let lanes = 16

/// The next count of values that kernels handle without a rest.
func roundedToLanes(_ count: Int) -> Int { (count + lanes - 1) / lanes * lanes }

/// Writes the rows of one matrix as the columns of another.
func transpose(
  _ source: UnsafePointer<Float>, rows: Int, columns: Int, stride: Int,
  to target: UnsafeMutablePointer<Float>, stride targetStride: Int
) {
  pl_transpose(Int64(rows), Int64(columns), source, Int64(stride), target, Int64(targetStride))
}

/// Lays rows end to end.
func copyRows(
  _ source: UnsafePointer<Float>, rows: Int, columns: Int, stride: Int, to target: UnsafeMutablePointer<Float>
) {
  pl_copy_rows(
    Int64(rows), Int64(columns), source, Int64(stride), target, Int64(columns), 0)
}
