import CKernels
import COpenBLAS

/// A matrix operand: where it starts, how far its rows are apart, and whether it is used transposed.
struct MatrixOperand {
  let pointer: UnsafeMutablePointer<Float>
  let stride: Int
  let isTransposed: Bool

  init(_ pointer: UnsafeMutablePointer<Float>, stride: Int, transposed: Bool = false) {
    self.pointer = pointer
    self.stride = stride
    isTransposed = transposed
  }

  var transposed: MatrixOperand { MatrixOperand(pointer, stride: stride, transposed: !isTransposed) }

  /// The operand from logical row `row` on.
  func fromRow(_ row: Int) -> UnsafeMutablePointer<Float> { pointer + (isTransposed ? row : row * stride) }
  /// The operand from logical column `column` on.
  func fromColumn(_ column: Int) -> UnsafeMutablePointer<Float> {
    pointer + (isTransposed ? column * stride : column)
  }
}

/// Puts OpenBLAS under the team's command: one thread per call, calls from the team's chunks.
let useOneThreadPerProduct: Void = openblas_set_num_threads(1)

/// `c[m, n] = a[m, k] · b[k, n] + beta · c` in one call on the calling thread.
func multiply(
  m: Int, n: Int, k: Int, _ a: MatrixOperand, _ b: MatrixOperand, into c: UnsafeMutablePointer<Float>,
  stride: Int, beta: Float = 0
) {
  cblas_sgemm(
    CblasRowMajor, a.isTransposed ? CblasTrans : CblasNoTrans, b.isTransposed ? CblasTrans : CblasNoTrans,
    blasint(m), blasint(n), blasint(k), 1, a.pointer, blasint(a.stride), b.pointer, blasint(b.stride), beta,
    c, blasint(stride))
}

extension ThreadTeam {
  /// `c[m, n] = a[m, k] · b[k, n] + beta · c`, split into chunks along the longer side of `c`.
  ///
  /// The split depends on the shape only. Every output element is summed within one call.
  func multiply(
    m: Int, n: Int, k: Int, _ a: MatrixOperand, _ b: MatrixOperand, into c: UnsafeMutablePointer<Float>,
    stride: Int, beta: Float = 0
  ) {
    guard m > 0, n > 0 else { return }
    counts?.products[
      MatrixProductShape(m: m, n: n, k: k, transposesFirst: a.isTransposed, transposesSecond: b.isTransposed),
      default: 0] += 1
    if m <= Self.fewRows, n * k >= Self.largeMatrix, b.isTransposed, !a.isTransposed {
      return multiplyFewRows(m: m, n: n, k: k, a, b, into: c, stride: stride, accumulates: beta != 0)
    }
    if m == 1 {
      return multiplyRow(n: n, k: k, a, b, into: c, beta: beta)
    }
    let side = max(m, n)
    let chunks = Self.chunks(forWork: 2 * m * n * k, side: side)
    let size = ((side + chunks - 1) / chunks + 15) & ~15
    counts?.calls += (side + size - 1) / size
    run((side + size - 1) / size) { chunk, _ in
      let start = chunk * size
      let length = min(size, side - start)
      if m >= n {
        let rows = MatrixOperand(a.fromRow(start), stride: a.stride, transposed: a.isTransposed)
        Compute.multiply(m: length, n: n, k: k, rows, b, into: c + start * stride, stride: stride, beta: beta)
      } else {
        let columns = MatrixOperand(b.fromColumn(start), stride: b.stride, transposed: b.isTransposed)
        Compute.multiply(m: m, n: length, k: k, a, columns, into: c + start, stride: stride, beta: beta)
      }
    }
  }

  /// Most rows for which reading the other matrix takes longer than multiplying with it.
  private static let fewRows = 16
  /// Values of a matrix that no cache holds for long.
  private static let largeMatrix = 1 << 18

  /// Some rows times the rows of a large matrix, as in decoding: the time is that of reading the matrix once.
  private func multiplyFewRows(
    m: Int, n: Int, k: Int, _ a: MatrixOperand, _ b: MatrixOperand, into c: UnsafeMutablePointer<Float>,
    stride: Int, accumulates: Bool
  ) {
    let size = max(16, (n / 64 + 15) & ~15)
    run((n + size - 1) / size) { chunk, _ in
      let start = chunk * size
      pl_few_rows_product(
        Int64(m), Int64(min(size, n - start)), Int64(k), a.pointer, Int64(a.stride), b.fromColumn(start),
        Int64(b.stride), c + start, Int64(stride), accumulates ? 1 : 0)
    }
  }

  /// One row times a matrix, as in decoding a single sequence.
  private func multiplyRow(
    n: Int, k: Int, _ a: MatrixOperand, _ b: MatrixOperand, into c: UnsafeMutablePointer<Float>, beta: Float
  ) {
    let step = blasint(a.isTransposed ? a.stride : 1)
    let chunks = Self.chunks(forWork: 8 * n * k, side: n)
    let size = ((n + chunks - 1) / chunks + 15) & ~15
    counts?.calls += (n + size - 1) / size
    run((n + size - 1) / size) { chunk, _ in
      let start = chunk * size
      let length = blasint(min(size, n - start))
      let matrix = b.fromColumn(start)
      if b.isTransposed {
        cblas_sgemv(
          CblasRowMajor, CblasNoTrans, length, blasint(k), 1, matrix, blasint(b.stride), a.pointer, step,
          beta, c + start, 1)
      } else {
        cblas_sgemv(
          CblasRowMajor, CblasTrans, blasint(k), length, 1, matrix, blasint(b.stride), a.pointer, step, beta,
          c + start, 1)
      }
    }
  }

  /// How many chunks a product is worth: a power of two, so that few threads share them evenly, and at most eight, because
  /// each packs the other operand anew.
  private static func chunks(forWork work: Int, side: Int) -> Int {
    let chunks = work < 1 << 21 ? 1 : work < 1 << 24 ? 2 : work < 1 << 26 ? 4 : 8
    return max(1, min(chunks, side / 16))
  }
}
