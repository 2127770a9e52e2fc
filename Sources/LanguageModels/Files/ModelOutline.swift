import Tokenization

/// What a model directory says of itself before its weights are read.
public struct ModelOutline: Sendable {
  /// The directory as the user knows it.
  public let displayName: String
  public let tokenizer: Tokenizer
  /// Tokens of the longest sequence.
  public let maximumPositions: Int
  /// Tokens at which the model stops.
  public let endIDs: Set<Int32>

  init(_ contents: ModelDirectory) {
    displayName = contents.displayName
    tokenizer = contents.tokenizer
    maximumPositions = contents.architecture.maximumPositions
    endIDs = LanguageModel.endIDs(contents.generation, contents.tokenizer)
  }
}
