/// A chosen and a rejected answer to one prompt.
public struct TokenizedPair: Sendable, Hashable {
  /// Tokens of the prompt, the same in both; the answers are what follows.
  public var promptLength: Int
  public var chosen: TokenizedSequence
  public var rejected: TokenizedSequence
  public var margin: Double?
  /// 1-based line of the row.
  public var line: Int

  public init(
    promptLength: Int, chosen: TokenizedSequence, rejected: TokenizedSequence, margin: Double?, line: Int
  ) {
    self.promptLength = promptLength
    self.chosen = chosen
    self.rejected = rejected
    self.margin = margin
    self.line = line
  }
}
