import Diagnostics

extension RowTokenizer {
  /// Prompts to sample answers to, conversations opened for the assistant's turn.
  ///
  /// Under `truncate` an overlong prompt keeps its last tokens, which the answer follows.
  public func prompts(_ records: [LocatedRecord]) throws(DiagnosticList) -> TokenizedRows<TokenizedPrompt> {
    try collect(records) { record throws(RowFailure) in
      let rendering = try render(prompt: try prompt(of: record.record))
      let ids = ids(rendering)
      try checkDoubled(ids)
      try checkLength(ids.count)
      return TokenizedPrompt(ids: Array(ids.suffix(maximumLength)), text: rendering.text, line: record.line)
    }
  }

  private func prompt(of record: Record) throws(RowFailure) -> Content {
    switch record {
    case .prompt(let prompt), .promptCompletion(let prompt, _), .preference(let prompt, _, _, _),
      .ranked(let prompt, _):
      return prompt
    case .text, .messages, .labelled:
      throw .row(RowProblem(.unknownShape, "the row holds no prompt"))
    }
  }
}
