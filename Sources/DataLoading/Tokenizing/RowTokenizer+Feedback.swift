import Diagnostics
import Tokenization

extension RowTokenizer {
  /// Rated answers for KTO: rows of feedback, or of preferences taken apart.
  ///
  /// Of a preference the answers of the best rank are desirable and all others are not; each row's answers
  /// stay together, best first (TRL's `unpair_preference_dataset` puts a thousand chosen answers before a
  /// thousand rejected ones). The prompt ends where its ids and those of the whole part. A row whose prompt
  /// fills `maximumLength` is dropped and counted; truncation cuts the end of the answer.
  public func feedback(
    _ records: [LocatedRecord]
  ) throws(DiagnosticList) -> TokenizedRows<TokenizedFeedback> {
    let result = try collect(records) { record, remarks throws(RowFailure) in
      let (prompt, answers) = try ratings(record.record)
      let promptIDs = ids(try render(prompt: prompt))
      var rows: [TokenizedFeedback] = []
      for (answer, isDesirable) in answers {
        let whole = ids(try render(prompt: prompt, answer: answer))
        try checkDoubled(whole)
        let start = boundary(of: promptIDs, in: whole, &remarks)
        try checkRoom(promptLength: start)
        rows.append(
          TokenizedFeedback(
            sequence: try fitted(
              TokenizedSequence(ids: whole, completionStart: start, line: record.line), &remarks),
            answer: Array(whole[start...]), isDesirable: isDesirable))
      }
      return rows
    }
    return TokenizedRows(rows: result.rows.flatMap { $0 }, report: result.report)
  }

  private func ratings(
    _ record: Record
  ) throws(RowFailure) -> (prompt: Content, answers: [(answer: Content, isDesirable: Bool)]) {
    switch record {
    case .feedback(let prompt, let completion, let isDesirable): return (prompt, [(completion, isDesirable)])
    case .preference(let prompt, let chosen, let rejected, _):
      return (prompt, [(chosen, true), (rejected, false)])
    case .ranked(let prompt, let groups):
      return (prompt, groups.enumerated().flatMap { rank, group in group.map { ($0, rank == 0) } })
    case .text, .promptCompletion, .messages, .prompt, .labelled:
      throw .row(RowProblem(.unknownShape, "the row holds no rated answer"))
    }
  }
}
