import CKernels

extension Tape {
  /// Rows of a table by token: `[tokens]` and `[vocabulary, hidden]` give `[tokens, hidden]`.
  public func embedding(_ table: Parameter, _ tokens: [Int32]) -> Tensor {
    let width = table.columns
    let isTrained = parameters.isTrained(table)
    let output = makeTensor(rows: tokens.count, columns: width, needsGradient: isTrained)
    let rows = parameters.pointer(table)
    parallel(tokens.count, chunk: rowsPerChunk(columns: width)) { range in
      for position in range {
        let token = Int(tokens[position])
        precondition(token >= 0 && token < table.rows, "token \(token) of a table with \(table.rows) rows")
        (output.values + position * width).update(from: rows + token * width, count: width)
      }
    }
    guard isTrained else { return output }
    record { [unowned self] in
      guard let upstream = gradient(of: output) else { return }
      let target = parameters.gradientPointer(table)
      // By columns: tokens may repeat, and each column sums them in their order.
      let slice = 64
      parallel(width, chunk: slice) { columns in
        for position in tokens.indices {
          pl_accumulate(
            target + Int(tokens[position]) * width + columns.lowerBound,
            upstream + position * width + columns.lowerBound, Int64(columns.count))
        }
      }
    }
    return output
  }
}
