extension Tokenizer {
  /// The text of a list of ids; ids that are no token are passed over.
  ///
  /// Bytes that do not make up UTF-8 become U+FFFD.
  public func decode(_ ids: [Int32], skipSpecialTokens: Bool = false) -> String {
    let pieces = ids.compactMap { id in skipSpecialTokens && isSkipped(id) ? nil : piece(id) }
    guard let decoder else { return pieces.joined(separator: " ") }
    return decoder.decode(pieces).joined()
  }

  /// Whether decoding leaves a special token out: the reference knows it by its content, so it does not find one that
  /// normalisation spells otherwise.
  func isSkipped(_ id: Int32) -> Bool {
    guard let token = added.token(id) else { return false }
    return token.isSpecial && token.spelling.hasSameBytes(as: token.content)
  }

  /// A decoder that takes ids one by one and gives text as soon as it is complete.
  public func streamingDecoder(skipSpecialTokens: Bool = false) -> StreamingDecoder {
    StreamingDecoder(tokenizer: self, skipSpecialTokens: skipSpecialTokens)
  }
}
