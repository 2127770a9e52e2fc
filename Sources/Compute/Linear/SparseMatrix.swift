import CKernels

/// A matrix most of whose elements are zero, such as counts of n-grams in texts: compressed rows, Float64.
public struct SparseMatrix: Sendable, Hashable {
  public struct Element: Sendable, Hashable {
    public var column: Int
    public var value: Double

    public init(_ column: Int, _ value: Double) {
      self.column = column
      self.value = value
    }
  }

  public let columns: Int
  /// Where each row starts among the elements, and where the last one ends.
  private var starts = [0]
  private var indices: [Int32] = []
  private var values: [Double] = []

  /// - Parameter elements: of each row, with columns that rise.
  public init(columns: Int, rows elements: some Sequence<[Element]>) {
    self.columns = columns
    for row in elements {
      var last = -1
      for element in row {
        precondition(
          element.column > last && element.column < columns, "column \(element.column) after \(last)")
        last = element.column
        indices.append(Int32(element.column))
        values.append(element.value)
      }
      starts.append(indices.count)
    }
  }

  public var rows: Int { starts.count - 1 }

  /// The elements of a row, in the order of their columns.
  public func row(_ index: Int) -> [Element] {
    (starts[index]..<starts[index + 1]).map { Element(Int(indices[$0]), values[$0]) }
  }

  /// The same elements by column: `[columns, rows]`.
  public func transposed() -> SparseMatrix {
    var lists: [[Element]] = Array(repeating: [], count: columns)
    for index in 0..<rows {
      for element in row(index) { lists[element.column].append(Element(index, element.value)) }
    }
    return SparseMatrix(columns: rows, rows: lists)
  }

  /// The columns of other matrices with as many rows, behind these.
  public func appendingColumns(of other: SparseMatrix) -> SparseMatrix {
    precondition(rows == other.rows, "\(rows) and \(other.rows) rows")
    return SparseMatrix(
      columns: columns + other.columns,
      rows: (0..<rows).lazy.map { index in
        row(index) + other.row(index).map { Element(columns + $0.column, $0.value) }
      })
  }

  /// The product with a dense matrix `[columns, width]`: `[rows, width]`, row-major.
  ///
  /// Each row is summed by one thread in the order of its elements, so results do not depend on the team.
  public func times(_ dense: [Double], width: Int, team: ThreadTeam) -> [Double] {
    precondition(dense.count == columns * width, "\(dense.count) numbers for \(columns) × \(width)")
    let rowsPerChunk = 256
    return [Double](unsafeUninitializedCapacity: rows * width) { product, count in
      product.initialize(repeating: 0)
      count = rows * width
      guard let out = product.baseAddress else { return }
      dense.withUnsafeBufferPointer { dense in
        guard let dense = dense.baseAddress else { return }
        team.run((rows + rowsPerChunk - 1) / rowsPerChunk) { chunk, _ in
          for row in chunk * rowsPerChunk..<min(rows, (chunk + 1) * rowsPerChunk) {
            let start = starts[row]
            values.withUnsafeBufferPointer { values in
              indices.withUnsafeBufferPointer { indices in
                guard let value = values.baseAddress, let index = indices.baseAddress else { return }
                pl_sparse_row(
                  out + row * width, value + start, index + start, Int64(starts[row + 1] - start), dense,
                  Int64(width))
              }
            }
          }
        }
      }
    }
  }
}
