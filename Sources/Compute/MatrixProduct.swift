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
    let (side, other) = (max(m, n), min(m, n))
    let chunks = Self.chunks(forWork: 2 * m * n * k, side: side, least: Self.smallProduct / other + 1)
    counts?.calls += chunks
    run(chunks) { chunk, _ in
      let start = Self.start(of: chunk, of: chunks, side: side)
      let length = Self.start(of: chunk + 1, of: chunks, side: side) - start
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
    let chunks = Self.chunks(forWork: 8 * n * k, side: n, least: 16)
    counts?.calls += chunks
    run(chunks) { chunk, _ in
      let start = Self.start(of: chunk, of: chunks, side: n)
      let length = blasint(Self.start(of: chunk + 1, of: chunks, side: n) - start)
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

  /// Values of a product up to which OpenBLAS 0.3 takes its kernel for small matrices, which sums in another order: a row
  /// would have other bits where it ends up in a chunk of few.
  package static let smallProduct = 1200

  /// How many chunks a product is worth: a power of two, so that few threads share them evenly, and at most eight, because
  /// each packs the other operand anew.
  ///
  /// - Parameter least: rows or columns of each chunk, if there are several.
  private static func chunks(forWork work: Int, side: Int, least: Int) -> Int {
    var chunks = work < 1 << 21 ? 1 : work < 1 << 24 ? 2 : work < 1 << 26 ? 4 : 8
    func length(_ chunk: Int) -> Int {
      start(of: chunk + 1, of: chunks, side: side) - start(of: chunk, of: chunks, side: side)
    }
    while chunks > 1, (0..<chunks).contains(where: { length($0) < least }) { chunks /= 2 }
    return chunks
  }

  /// Where a chunk begins: at a multiple of 16, so that chunks are longer than others by 16 at most.
  private static func start(of chunk: Int, of chunks: Int, side: Int) -> Int {
    min(side, (side + 15) / 16 * chunk / chunks * 16)
  }
}
