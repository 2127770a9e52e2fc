import CKernels

/// Replaces each value by e to its power, to about one unit in the last place.
public func exponentiate(_ values: inout [Float]) {
  values.withUnsafeMutableBufferPointer { buffer in
    if let base = buffer.baseAddress { pl_exp(base, Int64(buffer.count)) }
  }
}

/// `log Σ exp x`, without overflow.
public func logSumOfExponentials(_ values: UnsafeBufferPointer<Float>) -> Float {
  values.baseAddress.map { pl_logit_row_log_sum($0, Int64(values.count), 1) } ?? -.infinity
}
