/// A prompt to sample answers to.
public struct TokenizedPrompt: Sendable, Hashable {
  public var ids: [Int32]
  /// The prompt as the model sees it.
  public var text: String
  /// 1-based line of the row.
  public var line: Int

  public init(ids: [Int32], text: String, line: Int) {
    self.ids = ids
    self.text = text
    self.line = line
  }
}
