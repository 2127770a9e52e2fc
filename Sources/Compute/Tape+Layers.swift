extension Tape {
  /// Runs one layer of a residual network, whose memory is free again when it is done: without recording the values
  /// inside, with it the gradients inside, and the values too if they are to be computed again.
  ///
  /// - Parameter body: maps a tensor to another of at most as many rows, on the tape that it is given; its input is not
  ///   used again.
  public func layer(_ input: Tensor, _ body: @escaping (Tape, Tensor) -> Tensor) -> Tensor {
    if isRecording {
      return workspace.recomputesLayers ? recomputedLayer(input, body) : recordedLayer(input, body)
    }
    let rows = workspace.scope {
      let output = body(self, input)
      precondition(fits(output, input), "a layer has no more rows than its input")
      input.values.update(from: output.values, count: output.count)
      return output.rows
    }
    return makeTensor(rows: rows, columns: input.columns, values: input.values, needsGradient: false)
  }

  private func fits(_ output: Tensor, _ input: Tensor) -> Bool {
    output.rows <= input.rows && output.columns == input.columns
  }

  private func recordedLayer(_ input: Tensor, _ body: (Tape, Tensor) -> Tensor) -> Tensor {
    let (output, inside) = recordSteps { body(self, input) }
    record { [unowned self] in
      takeBack(from: output, to: input) {
        for step in inside.reversed() { step() }
      }
    }
    return output
  }

  private func recomputedLayer(_ input: Tensor, _ body: @escaping (Tape, Tensor) -> Tensor) -> Tensor {
    let values = scratch(input.count)
    let (rows, needsGradient) = workspace.scope {
      let (output, _) = recordSteps { body(self, input) }
      precondition(fits(output, input), "a layer has no more rows than its input")
      values.update(from: output.values, count: output.count)
      return (output.rows, output.needsGradient)
    }
    let output = makeTensor(rows: rows, columns: input.columns, values: values, needsGradient: needsGradient)
    record { [unowned self] in
      takeBack(from: output, to: input) {
        let (again, inside) = recordSteps { body(self, input) }
        gradients[again.slot] = gradient(of: output)
        for step in inside.reversed() { step() }
      }
    }
    return output
  }

  /// The steps that `body` records, apart from the others.
  private func recordSteps(_ body: () -> Tensor) -> (output: Tensor, steps: [() -> Void]) {
    let outside = steps
    defer { steps = outside }
    steps = []
    let output = body()
    return (output, steps)
  }

  /// Runs a layer's backward pass and frees what it took, but for the gradient that goes on to the layer before.
  private func takeBack(from output: Tensor, to input: Tensor, _ backward: () -> Void) {
    let kept = [gradient(of: input), gradient(of: output)]
    workspace.scope(backward)
    guard let passed = gradient(of: input), !kept.contains(passed) else { return }
    // It moves to the front of the memory that is free now.
    let moved = scratch(input.count)
    moved.update(from: passed, count: input.count)
    gradients[input.slot] = moved
  }
}
