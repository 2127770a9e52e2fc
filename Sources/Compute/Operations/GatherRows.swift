import CKernels

extension Tape {
  /// The named rows of a tensor, in the given order; rows may repeat.
  ///
  /// - Parameter rows: nil, or every row in its place, gives the tensor itself.
  public func gatherRows(_ x: Tensor, _ rows: [Int]?) -> Tensor {
    guard let rows, !rows.elementsEqual(0..<x.rows) else { return x }
    let width = x.columns
    let output = makeTensor(rows: rows.count, columns: width, needsGradient: x.needsGradient)
    for (index, row) in rows.enumerated() {
      precondition(row >= 0 && row < x.rows, "row \(row) of a tensor with \(x.rows) rows")
      (output.values + index * width).update(from: x.values + row * width, count: width)
    }
    guard x.needsGradient else { return output }
    record { [unowned self] in
      guard let upstream = gradient(of: output) else { return }
      let target = gradientTarget(x)
      if !target.accumulates { target.pointer.update(repeating: 0, count: x.count) }
      for (index, row) in rows.enumerated() {
        pl_accumulate(target.pointer + row * width, upstream + index * width, Int64(width))
      }
    }
    return output
  }
}
