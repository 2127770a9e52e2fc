/// Answers to one prompt, tokenised whole, and which of them should win against which.
public struct TokenizedRanking: Sendable, Hashable {
  public struct Pair: Sendable, Hashable {
    public var winner: Int
    public var loser: Int

    public init(winner: Int, loser: Int) {
      self.winner = winner
      self.loser = loser
    }
  }

  /// Tokens that all candidates share with the prompt.
  public var promptLength: Int
  /// Best first; prompt and answer each.
  public var candidates: [TokenizedSequence]
  /// Every pair of different rank, as indices into `candidates`.
  public var pairs: [Pair]
  /// By how much a winner should score higher, where the row says so.
  public var margin: Double?
  /// 1-based line of the row.
  public var line: Int

  public init(
    promptLength: Int, candidates: [TokenizedSequence], pairs: [Pair], margin: Double?, line: Int
  ) {
    self.promptLength = promptLength
    self.candidates = candidates
    self.pairs = pairs
    self.margin = margin
    self.line = line
  }
}
