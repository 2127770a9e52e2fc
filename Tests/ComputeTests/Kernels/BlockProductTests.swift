import CKernels
import TestSupport
import Testing

/// Products of small matrices, in tiles that depend on the level of the CPU.
@Suite struct BlockProductTests {
  /// A product `c[m, n] = a[m, k] · b[k, n]` with gaps between the rows of b and c.
  private struct Case {
    let m, n, k, gap: Int
    let transposesFirst, accumulates: Bool
    let a, b, c: [Float]

    init(_ numbers: inout SeededNumbers) {
      m = 1 + numbers.integer(below: 70)
      n = 1 + numbers.integer(below: 70)
      k = 1 + numbers.integer(below: 70)
      gap = numbers.integer(below: 3)
      transposesFirst = numbers.integer(below: 2) == 1
      accumulates = numbers.integer(below: 2) == 1
      a = numbers.floats(m * k)
      b = numbers.floats(k * (n + gap))
      c = numbers.floats(m * (n + gap))
    }

    /// c after the product of some of its rows and columns.
    func product(rows: Range<Int>, columns: Range<Int>) -> [Float] {
      var result = c
      let first = transposesFirst ? rows.lowerBound : rows.lowerBound * k
      a.withUnsafeBufferPointer { a in
        b.withUnsafeBufferPointer { b in
          result.withUnsafeMutableBufferPointer { c in
            guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress else { return }
            pl_block_product(
              Int64(rows.count), Int64(columns.count), Int64(k), a + first, transposesFirst ? 1 : Int64(k),
              transposesFirst ? Int64(m) : 1, b + columns.lowerBound, Int64(n + gap),
              c + rows.lowerBound * (n + gap) + columns.lowerBound, Int64(n + gap), accumulates ? 1 : 0)
          }
        }
      }
      return result
    }

    /// The product in Float64.
    func expected(_ row: Int, _ column: Int) -> Double {
      (0..<k).reduce(accumulates ? Double(c[row * (n + gap) + column]) : 0) { sum, i in
        sum + Double(a[transposesFirst ? i * m + row : row * k + i]) * Double(b[i * (n + gap) + column])
      }
    }

    var text: String {
      "[\(m), \(k)]·[\(k), \(n)], gap \(gap), transposed \(transposesFirst), added \(accumulates)"
    }
  }

  @Test func `Products of any shape are those of Float64 up to rounding, and touch nothing beside`() {
    let seed = SeededGenerator.seed()
    var numbers = SeededNumbers(seed: seed)
    for _ in 0..<100 {
      let example = Case(&numbers)
      let result = example.product(rows: 0..<example.m, columns: 0..<example.n)
      let width = example.n + example.gap
      let isRight = result.indices.allSatisfy { index in
        let (row, column) = index.quotientAndRemainder(dividingBy: width)
        return column < example.n
          ? abs(Double(result[index]) - example.expected(row, column)) < 1e-4
          : result[index] == example.c[index]
      }
      #expect(isRight, "\(example.text), seed \(seed)")
    }
  }

  @Test(.tags(.determinism)) func `An element does not depend on the tile that it is computed in`() {
    let seed = SeededGenerator.seed()
    var numbers = SeededNumbers(seed: seed)
    for _ in 0..<100 {
      let example = Case(&numbers)
      let all = example.product(rows: 0..<example.m, columns: 0..<example.n)
      for _ in 0..<10 {
        let (row, column) = (numbers.integer(below: example.m), numbers.integer(below: example.n))
        let alone = example.product(rows: row..<row + 1, columns: column..<column + 1)
        let index = row * (example.n + example.gap) + column
        #expect(alone[index] == all[index], "row \(row), column \(column) of \(example.text), seed \(seed)")
      }
    }
  }
}
