import CKernels
import Testing

@Suite struct TransposeTests {
  private static let sizes = [1, 7, 8, 15, 16, 17, 31, 32, 33]

  @Test(arguments: sizes)
  func `Rows become columns, and what lies between stays`(rows: Int) {
    for columns in Self.sizes {
      let (stride, targetStride) = (columns + 3, rows + 5)
      let source = (0..<rows * stride).map(Float.init)
      var target = Array(repeating: Float(-1), count: columns * targetStride)
      pl_transpose(Int64(rows), Int64(columns), source, Int64(stride), &target, Int64(targetStride))
      for column in 0..<columns {
        for row in 0..<targetStride {
          let expected = row < rows ? source[row * stride + column] : -1
          #expect(target[column * targetStride + row] == expected, "\(rows) × \(columns)")
        }
      }
    }
  }
}
