/// A text with its class, and its tokens, of which there are none before the tokenizer is known.
public struct LabelledText: Sendable, Hashable {
  public var text: String
  public var ids: [Int32]
  public var label: String
  /// 1-based line of the row.
  public var line: Int

  public init(text: String, ids: [Int32], label: String, line: Int) {
    self.text = text
    self.ids = ids
    self.label = label
    self.line = line
  }
}
