/// A prompt to sample answers to.
public struct TokenizedPrompt: Sendable, Hashable {
  public var ids: [Int32]
  /// The prompt as the model sees it.
  public var text: String
  /// 1-based line of the row.
  public var line: Int
  /// What the right answer is, where the row says so.
  public var answer: String?

  public init(ids: [Int32], text: String, line: Int, answer: String? = nil) {
    self.ids = ids
    self.text = text
    self.line = line
    self.answer = answer
  }
}
