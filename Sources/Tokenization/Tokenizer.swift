import JSONText

/// Text to token ids and back, as the `tokenizers` library does it for the same tokenizer.json.
public struct Tokenizer: Sendable {
  /// What tokenizer.json says; written back as it is.
  let definition: JSON
  /// What tokenizer_config.json says; null if there is none.
  var configuration: JSON = .null
  let normalizer: (any Normalizer)?
  let preTokenizer: (any PreTokenizer)?
  let model: BPEModel
  let frame: SpecialTokenFrame
  let decoder: (any TokenDecoder)?
  let added: AddedVocabulary

  /// The tokens with a role, as far as the directory declares them.
  public internal(set) var specialTokens = SpecialTokens()
  /// How messages are rendered; nil if the directory declares nothing.
  public var chatTemplate: ChatTemplate?

  /// The highest id plus one: the rows an embedding needs.
  public var vocabularySize: Int {
    max(model.vocabulary.size, (added.tokens.map { Int($0.id) + 1 }.max() ?? 0))
  }

  /// The text of a token as the vocabulary spells it; nil for an id that is no token.
  public func piece(_ id: Int32) -> String? { added.token(id)?.spelling ?? model.vocabulary.piece(id) }

  /// The id of a token in the spelling of the vocabulary, compared byte for byte.
  public func id(of token: String) -> Int32? { added.id(of: token) ?? model.vocabulary.id(of: token) }

  /// Whether decoding leaves the token out on request.
  public func isSpecial(_ id: Int32) -> Bool { added.token(id)?.isSpecial ?? false }
}
