extension AdamW {
  /// Weights and moments at one moment.
  public struct Snapshot: Sendable {
    let step: Int
    /// Values, first and second moments.
    let buffers: [[Float]]
  }

  /// Copies the weights and the state.
  public func snapshot() -> Snapshot { Snapshot(step: step, buffers: stateBuffers.map { $0.copy() }) }

  /// Brings weights and state back, and zeroes the gradients.
  public func restore(_ snapshot: Snapshot) {
    step = snapshot.step
    for (buffer, values) in zip(stateBuffers, snapshot.buffers) {
      precondition(buffer.count == values.count, "\(values.count) values do not fit \(buffer.count)")
      values.withUnsafeBufferPointer { source in
        if let start = source.baseAddress { buffer.pointer.update(from: start, count: source.count) }
      }
    }
    parameters.zeroGradients()
  }

  private var stateBuffers: [FloatBuffer] { [parameters.values, firstMoment, secondMoment] }
}
