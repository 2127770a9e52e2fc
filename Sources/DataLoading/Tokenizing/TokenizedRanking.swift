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
  /// Of each candidate, ascending from 0; equal ones are tied.
  public var ranks: [Int]
  /// By how much a winner should score higher, where the row says so.
  public var margin: Double?
  /// 1-based line of the row.
  public var line: Int

  public init(
    promptLength: Int, candidates: [TokenizedSequence], ranks: [Int], margin: Double?, line: Int
  ) {
    self.promptLength = promptLength
    self.candidates = candidates
    self.ranks = ranks
    self.margin = margin
    self.line = line
  }

  /// Every pair of different rank, as indices into `candidates`.
  public var pairs: [Pair] { Self.pairs(ranks) }

  /// The pairs that ranks make: every answer with each that is worse.
  public static func pairs(_ ranks: [Int]) -> [Pair] {
    ranks.indices.flatMap { winner in
      ranks.indices.filter { ranks[winner] < ranks[$0] }.map { Pair(winner: winner, loser: $0) }
    }
  }
}
