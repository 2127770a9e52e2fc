import Tokenization

extension TokenizedSequence {
  /// The decoded text with the trained parts in ⟦ ⟧, for people to check.
  public func preview(tokenizer: Tokenizer) -> String {
    var text = ""
    var isOpen = false
    var decoder = tokenizer.streamingDecoder()
    for (id, isTrained) in zip(ids, trained) {
      if isTrained != isOpen {
        text += decoder.finish() + (isTrained ? "⟦" : "⟧")
        isOpen = isTrained
      }
      text += decoder.append(id)
    }
    return text + decoder.finish() + (isOpen ? "⟧" : "")
  }
}
