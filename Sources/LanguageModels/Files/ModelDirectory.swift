import Compute
import Diagnostics
import Foundation
import JSONText
import Tokenization

/// A Hugging Face model directory whose files were read and found to fit each other; the weights are still on disk.
struct ModelDirectory {
  let displayName: String
  let configuration: JSON
  let architecture: any Architecture
  let generation: GenerationConfiguration
  let tokenizer: Tokenizer
  let weights: ModelWeights
  /// Of every parameter, in the order of memory.
  let specifications: [ParameterSpecification]
  /// The adapter that lies in the directory, or that was given beside it.
  let adapter: AdapterDirectory?
  /// What the adapter adds to.
  let stored: LowRankAdaptation?

  /// - Parameter adapter: one from another directory.
  /// - Throws: `Diagnostic` for a missing or damaged file, an unsupported configuration, a missing tensor, one of
  ///   another shape or an unreadable type, and a tokenizer that does not fit.
  init(
    _ directory: URL, head: LanguageModel.Head, displayName: String, adapter outside: AdapterDirectory? = nil
  ) throws {
    let reader = try ConfigurationReader(directory: directory, displayName: displayName)
    self.displayName = displayName
    configuration = reader.json
    architecture = try ArchitectureRegistry.architecture(for: reader)
    weights = try ModelWeights(directory: directory, displayName: displayName)
    adapter = try AdapterDirectory.find(in: directory, or: outside, displayName: displayName)
    stored = try adapter?.adaptation(of: architecture)
    if let rows = try weights.scoreRows(under: adapter),
      let problem = Diagnostic.otherHead(rows, expected: head, file: displayName)
    {
      throw problem
    }
    specifications = LanguageModel.specifications(architecture, head)
    tokenizer = try Tokenizer.load(directory: directory)
    try LanguageModel.check(tokenizer, fits: architecture, name: displayName)
    generation = try GenerationConfiguration(directory: directory, configuration: reader)
    for specification in specifications where !lacks(specification) {
      if let adapter, adapter.contains(specification.name) {
        try adapter.check(specification)
      } else {
        try weights.check(name(of: specification), shape: specification.shape)
      }
    }
  }

  /// The name under which the files keep a parameter; the usual one if they do not.
  func name(of specification: ParameterSpecification) -> String {
    architecture.fileNames(of: specification.name).first(where: weights.contains) ?? specification.name
  }

  /// Whether a parameter has to start fresh: a score head that the directory does not have.
  func lacks(_ specification: ParameterSpecification) -> Bool {
    specification.name == LanguageModel.scoreName && !weights.contains(specification.name)
      && adapter?.contains(specification.name) != true
  }

  /// Copies a parameter; a score from the adapter, if it brings one.
  func read(
    _ specification: ParameterSpecification, into destination: UnsafeMutableBufferPointer<Float>
  ) throws(Diagnostic) {
    if let adapter, adapter.contains(specification.name) {
      try adapter.read(specification, into: destination)
    } else {
      try weights.read(name(of: specification), shape: specification.shape, into: destination)
    }
  }
}
