/// A matrix of activations `[rows, columns]`, row-major Float32, in a tape's arena.
///
/// A tensor is a view: its values are valid until the arena is reset. It keeps the arena alive.
public struct Tensor {
  public let rows: Int
  public let columns: Int
  let values: UnsafeMutablePointer<Float>
  /// Where the tape keeps the gradient.
  let slot: Int
  /// False if nothing that is trained comes before it; then nothing asks for its gradient.
  let needsGradient: Bool
  let arena: Arena

  public var count: Int { rows * columns }

  /// A copy of all values, row by row.
  public func copy() -> [Float] {
    withExtendedLifetime(arena) { Array(UnsafeBufferPointer(start: values, count: count)) }
  }

  /// A copy of one row.
  public func row(_ index: Int) -> [Float] { withRow(index) { Array($0) } }

  /// Hands one row over.
  public func withRow<Result>(_ index: Int, _ body: (UnsafeBufferPointer<Float>) -> Result) -> Result {
    precondition(index >= 0 && index < rows, "row \(index) of a tensor with \(rows) rows")
    return withExtendedLifetime(arena) {
      body(UnsafeBufferPointer(start: values + index * columns, count: columns))
    }
  }
}
