import CKernels

/// One number per row.
public final class ScalarOutput {
  public let values: [Float]
  /// d loss / d value, one per row, set before `Tape.backward`.
  public var gradient: [Float] = []

  init(_ values: [Float]) { self.values = values }
}

extension Tape {
  /// `hidden · w`: a reward or a value for each row of `[rows, hidden]`.
  public func scalarHead(_ hidden: Tensor, _ weight: Parameter) -> ScalarOutput {
    let width = hidden.columns
    precondition(weight.count == width, "a head of \(weight.count) weights for \(width) columns")
    let head = parameters.pointer(weight)
    let output = ScalarOutput(
      (0..<hidden.rows).map { Float(pl_dot(hidden.values + $0 * width, head, Int64(width))) })
    record { [unowned self] in
      guard !output.gradient.isEmpty else { return }
      precondition(output.gradient.count == hidden.rows, "one gradient for each row")
      let target = gradientTarget(hidden)
      team.multiply(
        m: 1, n: width, k: hidden.rows, MatrixOperand(pointer(to: output.gradient), stride: hidden.rows),
        MatrixOperand(hidden.values, stride: width), into: parameters.gradientPointer(weight),
        stride: width, beta: 1)
      for row in 0..<hidden.rows {
        let gradient = output.gradient[row]
        let line = target.pointer + row * width
        for column in 0..<width {
          line[column] = gradient * head[column] + (target.accumulates ? line[column] : 0)
        }
      }
    }
    return output
  }

  private func pointer(to values: [Float]) -> UnsafeMutablePointer<Float> {
    let memory = scratch(values.count)
    values.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { memory.update(from: base, count: values.count) }
    }
    return memory
  }
}
