import Compute
import Foundation
import JSONText

/// How much memory a model takes, from its configuration alone: bytes of weights, of what training adds, of a pass.
public struct ModelFootprint: Sendable, Hashable {
  /// Bytes of the weights, without an adapter that is trained.
  public let weights: Int
  /// Bytes of what is trained: the weights, or an adapter.
  public let trained: Int
  public let maximumPositions: Int

  private let shape: TransformerShape
  private let tapeWidth: Int
  /// Values that the adapted layers keep beside, for each token.
  private let adapterWidth: Int
  private let hasVocabularyHead: Bool

  /// - Parameter lora: the adapter that is to be trained; nil where the weights are.
  /// - Throws: `Diagnostic` if the directory has no configuration that can be read.
  public init(
    directory: URL, head: LanguageModel.Head = .vocabulary, lora: LowRankOptions? = nil, displayName: String
  ) throws {
    try self.init(
      ConfigurationReader(directory: directory, displayName: displayName), head, lora, displayName)
  }

  /// Of a model to be made.
  ///
  /// - Parameter configuration: a complete `config.json`.
  public init(configuration: JSON, displayName: String) throws {
    try self.init(
      ConfigurationReader(Array(configuration.pretty.utf8), displayName: displayName), .vocabulary, nil,
      displayName)
  }

  private init(
    _ reader: ConfigurationReader, _ head: LanguageModel.Head, _ lora: LowRankOptions?, _ displayName: String
  ) throws {
    let architecture = try ArchitectureRegistry.architecture(for: reader)
    weights = Self.bytes(of: LanguageModel.specifications(architecture, head))
    shape = architecture.shape
    tapeWidth = architecture.tapeWidth
    maximumPositions = architecture.maximumPositions
    hasVocabularyHead = head == .vocabulary
    if let lora {
      let added = try LowRankAdaptation(lora, of: architecture, base: nil, displayName: displayName)
        .specifications(architecture)
      trained = Self.bytes(of: added)
      // Of each matrix, the low-rank values.
      adapterWidth = added.reduce(0) { $0 + ($1.shape.min() ?? 0) }
    } else {
      trained = weights
      adapterWidth = 0
    }
  }

  /// Bytes that a pass with gradients takes at its peak: what the tape keeps, a chunk of logits, and the gradients of
  /// one layer.
  ///
  /// - Parameter recomputes: whether only what layers start from is kept.
  public func training(tokens: Int, recomputes: Bool = false) -> Int {
    let layer = tapeWidth + adapterWidth / max(1, shape.layers)
    let kept = recomputes ? shape.layers * shape.hiddenSize + layer : shape.layers * layer
    let width = kept + 5 * shape.hiddenSize + tapeWidth
    return Self.bytes(Double(tokens) * Double(width) + logits(rows: tokens))
  }

  /// Bytes that a pass without gradients takes at its peak: the values of one layer.
  public func inference(tokens: Int, rows: Int? = nil) -> Int {
    let tokens = min(tokens, max(LanguageModel.tokensScored, maximumPositions))
    return Self.bytes(
      Double(tokens) * Double(3 * shape.hiddenSize + tapeWidth) + logits(rows: rows ?? tokens))
  }

  /// Bytes that it takes to continue sequences: keys and values, the pass over all prompts at once, logits.
  ///
  /// - Parameters:
  ///   - prompts: tokens of all prompts together.
  ///   - length: tokens of the longest prompt with its answer.
  public func generation(slots: Int, prompts: Int, length: Int) -> (cache: Int, pass: Int) {
    let width = 2 * Double(shape.keyValueHeads * shape.headSize * shape.layers)
    let logits = 2 * Double(slots) * Double(shape.vocabularySize)
    return (
      Self.bytes(Double(slots) * Double(length) * width),
      Self.bytes(Double(prompts) * Double(3 * shape.hiddenSize + tapeWidth) + logits)
    )
  }

  /// Values of the logits that are there at a time.
  private func logits(rows: Int) -> Double {
    guard hasVocabularyHead else { return 0 }
    return Double(min(rows, LogitChunk.rows(vocabulary: shape.vocabularySize)))
      * Double(shape.vocabularySize)
  }

  private static func bytes(of specifications: [ParameterSpecification]) -> Int {
    bytes(specifications.reduce(0) { $0 + $1.shape.reduce(1) { $0 * Double($1) } })
  }

  /// At most 2⁶⁰, far above any machine, so that a slip in a size is a stage that does not fit and not an overflow.
  private static func bytes(_ values: Double) -> Int {
    Int(min(values * Double(MemoryLayout<Float>.stride), 0x1p60))
  }
}
