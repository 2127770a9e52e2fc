import Tokenization

/// A token as people read it.
public struct MarkedToken: Sendable, Hashable {
  public var id: Int32
  /// What the token adds to the text; empty while it only starts a character.
  public var text: String
  /// Whether the loss is taken on it.
  public var isTrained: Bool
  /// Whether it stands for no text of its own, such as EOS.
  public var isSpecial: Bool
}

extension TokenizedSequence {
  /// The tokens one by one with their marks, for people to check.
  ///
  /// Bytes of a character that is spread over trained and untrained tokens become U+FFFD on either side, so that a
  /// mark inside a character is seen.
  public func markedTokens(tokenizer: Tokenizer) -> [MarkedToken] {
    var tokens: [MarkedToken] = []
    var decoder = tokenizer.streamingDecoder()
    for index in ids.indices {
      if index > 0, trained[index] != trained[index - 1] { tokens[index - 1].text += decoder.finish() }
      tokens.append(
        MarkedToken(
          id: ids[index], text: decoder.append(ids[index]), isTrained: trained[index],
          isSpecial: tokenizer.isSpecial(ids[index])))
    }
    if !tokens.isEmpty { tokens[tokens.count - 1].text += decoder.finish() }
    return tokens
  }

  /// The decoded text with the trained parts in « ».
  public func preview(tokenizer: Tokenizer) -> String {
    var text = ""
    var isOpen = false
    for token in markedTokens(tokenizer: tokenizer) {
      if token.isTrained != isOpen {
        text += token.isTrained ? "«" : "»"
        isOpen = token.isTrained
      }
      text += token.text
    }
    return text + (isOpen ? "»" : "")
  }
}
