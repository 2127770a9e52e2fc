import Compute

extension LanguageModel {
  /// Fills the adapter's parameters, or adds what the directory's adapter says to the weights.
  ///
  /// - Parameter seed: starts a fresh adapter and the dropout.
  /// - Throws: `Diagnostic` for an adapter that cannot be read.
  func readAdapters(_ contents: ModelDirectory, _ use: AdapterUse, seed: UInt64) throws {
    if use == .merged, let adapter = contents.adapter, let stored = contents.stored {
      return try fold(adapter, stored)
    }
    for index in contents.specifications.count..<parameters.specifications.count {
      if let adapter = contents.adapter {
        try adapter.read(parameters.specifications[index], into: parameters.buffer(at: index))
      } else {
        parameters.initialize(at: index, seed: seed)
      }
    }
    if case .trained(let options, _) = use, options.dropout > 0 {
      parameters.adapters?.dropout = AdapterDropout(probability: options.dropout, seed: seed)
    }
  }

  private func fold(_ directory: AdapterDirectory, _ adaptation: LowRankAdaptation) throws {
    let matrices = adaptation.specifications(architecture)
    for (index, module) in adaptation.modules.enumerated() {
      let buffers = try matrices[2 * index...2 * index + 1].map { specification in
        let buffer = FloatBuffer(count: specification.count)
        try directory.read(specification, into: buffer.values)
        return buffer
      }
      parameters.fold(
        down: buffers[0], up: buffers[1], scale: adaptation.scale,
        into: parameters[LowRankAdaptation.weightName(module)], type(of: architecture).weightLayout)
    }
  }
}
