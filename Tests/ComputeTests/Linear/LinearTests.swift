import Compute
import TestSupport
import Testing

@Suite struct LinearTests {
  /// Rows of seeded elements, some of them empty, more than one chunk of them.
  private func makeMatrix(rows: Int, columns: Int) -> SparseMatrix {
    var numbers = SeededNumbers(seed: 9)
    return SparseMatrix(
      columns: columns,
      rows: (0..<rows).map { _ in
        (0..<columns).filter { _ in numbers.integer(below: 4) == 0 }.map {
          SparseMatrix.Element($0, numbers.normal())
        }
      })
  }

  @Test func `A product is the sum over the elements, whatever the threads`() {
    let matrix = makeMatrix(rows: 600, columns: 13)
    var numbers = SeededNumbers(seed: 10)
    let dense = (0..<13 * 3).map { _ in numbers.normal() }
    let product = matrix.times(dense, width: 3, team: ThreadTeam(count: 2))
    #expect(product == matrix.times(dense, width: 3, team: ThreadTeam(count: 1)))
    let expected = (0..<matrix.rows).flatMap { row in
      (0..<3).map { column in
        matrix.row(row).reduce(0) { $0 + $1.value * dense[$1.column * 3 + column] }
      }
    }
    #expect(greatestDifference(product, expected) < 1e-12)
  }

  @Test func `Transposing twice and appending columns keep every element`() {
    let matrix = makeMatrix(rows: 20, columns: 7)
    let transposed = matrix.transposed()
    #expect(transposed.rows == 7 && transposed.columns == 20 && transposed.transposed() == matrix)
    let wide = matrix.appendingColumns(of: matrix)
    #expect(wide.columns == 14)
    #expect(wide.row(3).dropLast(matrix.row(3).count) == matrix.row(3)[...])
    #expect(wide.row(3).suffix(matrix.row(3).count).map(\.column) == matrix.row(3).map { $0.column + 7 })
  }

  @Test func `The search finds the minimum of a badly scaled convex function`() {
    let scales = [1.0, 100, 0.01, 25]
    var search = LimitedMemoryBFGS()
    search.tolerance = 1e-9
    let minimum = search.minimize(from: [5, -3, 2, 1]) { point in
      var value = 0.0
      var gradient: [Double] = []
      for (index, x) in point.enumerated() {
        let offset = x - Double(index)
        value += scales[index] * (offset * offset + offset * offset * offset * offset)
        gradient.append(scales[index] * (2 * offset + 4 * offset * offset * offset))
      }
      return (value, gradient)
    }
    #expect(greatestDifference(minimum.point, [0, 1, 2, 3]) < 1e-6)
    #expect(minimum.gradient <= 1e-9 && minimum.iterations < 200)
  }

  @Test func `A search that starts at the minimum takes no step`() {
    let minimum = LimitedMemoryBFGS().minimize(from: [0, 0]) { ($0[0] * $0[0] + $0[1] * $0[1], [0, 0]) }
    #expect(minimum.iterations == 0 && minimum.point == [0, 0])
  }

  @Test func `What the function throws ends the search`() {
    struct Stop: Error {}
    #expect(throws: Stop.self) {
      _ = try LimitedMemoryBFGS().minimize(from: [1]) { _ -> (value: Double, gradient: [Double]) in
        throw Stop()
      }
    }
  }
}
