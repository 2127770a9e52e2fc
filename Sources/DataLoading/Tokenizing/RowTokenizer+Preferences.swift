import Diagnostics
import Tokenization

extension RowTokenizer {
  /// Pairs for DPO: a ranked row gives every pair of answers of different rank.
  ///
  /// The prompt ends where both sides part from the prompt's own ids. A row whose prompt fills `maximumLength` is
  /// dropped and counted; truncation cuts the ends of the answers.
  public func pairs(_ records: [LocatedRecord]) throws(DiagnosticList) -> TokenizedRows<TokenizedPair> {
    let result = try collect(records) { record, remarks throws(RowFailure) in
      let row = try preference(record)
      var pairs: [TokenizedPair] = []
      for pair in TokenizedRanking.pairs(row.ranks) {
        pairs.append(try self.pair(pair, of: row, line: record.line, &remarks))
      }
      return pairs
    }
    return TokenizedRows(rows: result.rows.flatMap { $0 }, report: result.report)
  }

  /// Ranked answers for a reward model; a pair is a ranking of two.
  ///
  /// Under `drop` a row with an answer over `maximumLength` is left out, as TRL filters it.
  ///
  /// - Parameter readsMargins: whether the loss has a use for margins; rows that give one are refused else.
  public func rankings(
    _ records: [LocatedRecord], readsMargins: Bool = true
  ) throws(DiagnosticList) -> TokenizedRows<TokenizedRanking> {
    if !readsMargins { try refuseMargins(records) }
    return try collect(records) { record, remarks throws(RowFailure) in
      let row = try preference(record)
      var shared = row.promptIDs.count
      var candidates: [TokenizedSequence] = []
      for ids in row.answers {
        let start = boundary(of: row.promptIDs, in: ids, &remarks)
        shared = min(shared, start)
        candidates.append(
          try fitted(TokenizedSequence(ids: ids, completionStart: start, line: record.line), &remarks))
      }
      return TokenizedRanking(
        promptLength: min(shared, maximumLength), candidates: candidates, ranks: row.ranks,
        margin: row.margin,
        line: record.line)
    }
  }

  private func refuseMargins(_ records: [LocatedRecord]) throws(DiagnosticList) {
    for record in records {
      guard case .preference(_, _, _, .some) = record.record else { continue }
      throw DiagnosticList([
        Diagnostic(
          .optionWithoutEffect, "the margin of the row has no effect with ranking_loss: plackett_luce",
          at: SourceLocation(file: file, line: record.line),
          hint: "remove the margins, or use ranking_loss: pairwise")
      ])
    }
  }

  /// A row of preferences as ids.
  private struct Preference {
    var promptIDs: [Int32]
    /// Prompt and answer, best first.
    var answers: [[Int32]]
    /// One per answer, ascending from 0.
    var ranks: [Int]
    var margin: Double?
  }

  private func preference(_ record: LocatedRecord) throws(RowFailure) -> Preference {
    let prompt: Content
    let groups: [[Content]]
    var margin: Double?
    switch record.record {
    case .preference(let shared, let chosen, let rejected, let value):
      (prompt, groups, margin) = (shared, [[chosen], [rejected]], value)
    case .ranked(let shared, let ranked): (prompt, groups) = (shared, ranked)
    default:
      throw .row(RowProblem(.unknownShape, "the row holds no preference between answers"))
    }
    var answers: [[Int32]] = []
    var ranks: [Int] = []
    for (rank, group) in groups.enumerated() {
      for answer in group {
        let ids = ids(try render(prompt: prompt, answer: answer))
        try checkDoubled(ids)
        answers.append(ids)
        ranks.append(rank)
      }
    }
    return Preference(
      promptIDs: ids(try render(prompt: prompt)), answers: answers, ranks: ranks, margin: margin)
  }

  private func pair(
    _ pair: TokenizedRanking.Pair, of row: Preference, line: Int, _ remarks: inout Set<RowRemark>
  ) throws(RowFailure) -> TokenizedPair {
    let chosen = row.answers[pair.winner]
    let rejected = row.answers[pair.loser]
    let shared = min(
      boundary(of: row.promptIDs, in: chosen, &remarks), boundary(of: row.promptIDs, in: rejected, &remarks))
    try checkRoom(promptLength: shared)
    try checkLength(max(chosen.count, rejected.count))
    let sides = [chosen, rejected].map { TokenizedSequence(ids: $0, completionStart: shared, line: line) }
    return TokenizedPair(
      promptLength: shared, chosen: try fitted(sides[0], &remarks), rejected: try fitted(sides[1], &remarks),
      margin: row.margin, line: line)
  }
}
