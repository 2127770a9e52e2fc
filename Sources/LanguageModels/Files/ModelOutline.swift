import Tokenization

/// What a model directory says of itself before its weights are read.
public struct ModelOutline: Sendable {
  /// The directory as the user knows it.
  public let displayName: String
  public let tokenizer: Tokenizer
  /// Tokens of the longest sequence.
  public let maximumPositions: Int
  /// Of every parameter.
  public let shapes: [[Int]]

  init(_ contents: ModelDirectory) {
    displayName = contents.displayName
    tokenizer = contents.tokenizer
    maximumPositions = contents.architecture.maximumPositions
    shapes = contents.specifications.map(\.shape)
  }
}
