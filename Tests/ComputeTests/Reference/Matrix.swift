import Foundation

/// A matrix in Float64, row-major, for slow and obvious reference computations.
struct Matrix {
  let rows: Int
  let columns: Int
  var values: [Double]

  init(_ rows: Int, _ columns: Int, _ values: [Double]) {
    precondition(values.count == rows * columns, "\(values.count) values for [\(rows), \(columns)]")
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  init(_ rows: Int, _ columns: Int, _ value: (Int, Int) -> Double) {
    self.init(rows, columns, (0..<rows * columns).map { value($0 / columns, $0 % columns) })
  }

  subscript(_ row: Int, _ column: Int) -> Double {
    get { values[row * columns + column] }
    set { values[row * columns + column] = newValue }
  }

  func row(_ index: Int) -> ArraySlice<Double> { values[index * columns..<(index + 1) * columns] }

  func map(_ transform: (Double) -> Double) -> Matrix { Matrix(rows, columns, values.map(transform)) }

  static func + (a: Matrix, b: Matrix) -> Matrix { Matrix(a.rows, a.columns, zip(a.values, b.values).map(+)) }
}
