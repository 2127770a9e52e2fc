import Compute
import Diagnostics
import Foundation
import JSONText
import Tokenization

extension LanguageModel {
  /// Reads a Hugging Face model directory, with the adapter that it may hold.
  ///
  /// - Parameters:
  ///   - displayName: the directory as the user knows it, for errors.
  ///   - seed: starts a score head that the directory does not have, as for a reward model or a classifier
  ///     trained from a language model: N(0, initializer_range²), which is what `transformers` does.
  ///   - copies: how often the weights will be held, for the memory check: 1 to use, 4 to train. What is trained
  ///     beside frozen weights is counted four times whatever it says.
  ///   - use: what becomes of the adapter.
  ///   - adapter: an adapter from another directory than the model's.
  ///   - residency: when the weights are in memory.
  /// - Throws: `Diagnostic` for a missing or damaged file, an unsupported configuration, a missing tensor or one
  ///   of another shape, and an adapter that does not fit.
  public static func load(
    directory: URL, head: Head, seed: UInt64 = 0, displayName: String? = nil, copies: Int = 1,
    adapters use: AdapterUse = .asStored, adapter: AdapterDirectory? = nil, residency: Residency = .always
  ) throws -> LanguageModel {
    let contents = try ModelDirectory(
      directory, head: head, displayName: displayName ?? directory.path, adapter: adapter)
    let adaptation = try contents.adaptation(for: use)
    let added = adaptation?.specifications(contents.architecture) ?? []
    try ResourceLimits.machine.check(
      shapes: contents.specifications.map(\.shape) + (0..<4).flatMap { _ in added.map(\.shape) },
      copies: adaptation == nil ? copies : 1, purpose: "the model", file: contents.displayName)
    let model = LanguageModel(
      architecture: contents.architecture, head: head, tokenizer: contents.tokenizer,
      configuration: contents.configuration, generation: contents.generation, adaptation: adaptation,
      weights: contents.weights)
    try model.fill(from: contents, use, seed: seed)
    if residency == .byPhase {
      model.refill = { [unowned model] in try model.fill(from: contents, use, seed: seed) }
      model.parameters.discardValues()
    }
    return model
  }

  private func fill(from contents: ModelDirectory, _ use: AdapterUse, seed: UInt64) throws {
    for (index, specification) in contents.specifications.enumerated() {
      if contents.lacks(specification) {
        initializeScore(at: index, seed: seed)
      } else {
        try contents.read(specification, into: parameters.buffer(at: index))
      }
    }
    try readAdapters(contents, use, seed: seed)
  }

  /// Looks at a model directory as `load` does, without reading the weights.
  ///
  /// - Parameters:
  ///   - use: what is to become of the adapter.
  ///   - adapter: an adapter from another directory than the model's.
  /// - Returns: what it says of itself.
  /// - Throws: what `load` would throw, but for memory that does not suffice; also for a score head that is not
  ///   there.
  @discardableResult
  public static func inspect(
    directory: URL, head: Head, displayName: String? = nil, adapters use: AdapterUse = .asStored,
    adapter: AdapterDirectory? = nil
  ) throws -> ModelOutline {
    let contents = try ModelDirectory(
      directory, head: head, displayName: displayName ?? directory.path, adapter: adapter)
    _ = try contents.adaptation(for: use)
    guard !contents.specifications.contains(where: contents.lacks) else {
      throw Diagnostic.noScore(for: head, file: contents.displayName)
    }
    return ModelOutline(contents)
  }

  /// A fresh model of the given shape.
  ///
  /// - Parameters:
  ///   - configuration: a complete `config.json`.
  ///   - displayName: where the shape was declared, for errors.
  /// - Throws: `Diagnostic` for a shape that is not possible or does not fit the tokenizer or the memory.
  public static func make(
    configuration: JSON, tokenizer: Tokenizer, seed: UInt64, displayName: String
  ) throws -> LanguageModel {
    let reader = try ConfigurationReader(Array(configuration.pretty.utf8), displayName: displayName)
    let architecture = try ArchitectureRegistry.architecture(for: reader)
    try check(tokenizer, fits: architecture, name: displayName)
    let specifications = specifications(architecture, .vocabulary)
    try ResourceLimits.machine.check(
      shapes: specifications.map(\.shape), copies: 4, purpose: "training the model", file: displayName)
    let special = tokenizer.specialTokens
    let model = LanguageModel(
      architecture: architecture, head: .vocabulary, tokenizer: tokenizer, configuration: configuration,
      generation: GenerationConfiguration(
        beginID: special.bos?.id, endIDs: special.eos.map { [$0.id] } ?? [], paddingID: special.pad?.id))
    model.parameters.initialize(seed: seed)
    return model
  }

  /// Writes the model, its configuration and its tokenizer so that `transformers` opens them.
  ///
  /// An adapted model keeps the files of its base byte by byte, and the adapter lies beside them in PEFT's layout.
  ///
  /// - Throws: `Diagnostic` if a file cannot be written.
  public func save(to directory: URL) throws {
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let className =
      head == .vocabulary
      ? type(of: architecture).causalClassName : type(of: architecture).classificationClassName
    var changes: [(key: String, value: JSON)] = [("architectures", [.string(className)])]
    if head != .vocabulary {
      changes += ClassifierLabels.keys(of: head)
      changes.append(("pad_token_id", poolingPaddingID.map { .integer(Int($0)) } ?? .null))
    }
    try ModelConfigurationFile.write(
      configuration, changing: changes, elementType: adaptation == nil ? "float32" : nil, to: directory)
    try generation.write(to: directory)
    try tokenizer.write(to: directory)
    if let adaptation, let weights {
      try weights.copyFiles(to: directory)
      return try AdapterDirectory.write(adaptation, of: self, to: directory)
    }
    let tensors = parameters.specifications.enumerated().map { index, specification in
      SafetensorsWriter.Tensor(
        specification.name, shape: specification.shape,
        values: UnsafeBufferPointer(parameters.buffer(at: index)))
    }
    try SafetensorsWriter.write(tensors, to: directory.appendingPathComponent(ModelWeights.fileName))
  }

  /// Tokens that end an answer.
  public var endIDs: Set<Int32> { Self.endIDs(generation, tokenizer) }

  static func endIDs(_ generation: GenerationConfiguration, _ tokenizer: Tokenizer) -> Set<Int32> {
    Set(generation.endIDs + [tokenizer.specialTokens.eos?.id].compactMap { $0 })
  }

  /// A padding token that ends no text: `transformers` pools at the last token that is not padding, so a padding
  /// token equal to EOS would move the score one token to the left.
  private var poolingPaddingID: Int32? {
    let candidates = [
      generation.paddingID, configuration["pad_token_id"]?.intValue.map(Int32.init(truncatingIfNeeded:)),
      tokenizer.specialTokens.pad?.id, tokenizer.specialTokens.unk?.id,
    ]
    return candidates.compactMap { $0 }.first { !endIDs.contains($0) }
  }

  private func initializeScore(at index: Int, seed: UInt64) {
    let random = CounterRandom(seed: seed, purpose: .initialization)
    let target = parameters.buffer(at: index)
    for position in target.indices {
      let value = random.normal(stream: UInt64(index), index: UInt64(position))
      target[position] = Float(architecture.initializerRange * value)
    }
  }

  static func check(_ tokenizer: Tokenizer, fits architecture: any Architecture, name: String) throws {
    guard tokenizer.vocabularySize <= architecture.vocabularySize else {
      throw Diagnostic(
        .invalidConfiguration,
        "the tokenizer has \(tokenizer.vocabularySize) tokens, the model has \(architecture.vocabularySize)"
          + " embeddings (vocab_size)", at: SourceLocation(file: name),
        hint: "use the tokenizer that the model was trained with")
    }
  }
}
