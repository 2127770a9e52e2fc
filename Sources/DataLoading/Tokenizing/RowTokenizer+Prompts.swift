import Diagnostics

extension RowTokenizer {
  /// Prompts to sample answers to, conversations opened for the assistant's turn.
  ///
  /// Under `truncate` an overlong prompt keeps its last tokens, which the answer follows.
  public func prompts(_ records: [LocatedRecord]) throws(DiagnosticList) -> TokenizedRows<TokenizedPrompt> {
    try collect(records) { record, remarks throws(RowFailure) in
      let (prompt, answer) = try prompt(of: record.record)
      let rendering = try render(prompt: prompt)
      let ids = ids(rendering)
      try checkDoubled(ids)
      try checkOpen(ids, rendering)
      try checkLength(ids.count)
      if ids.count > maximumLength { remarks.insert(.truncated) }
      return TokenizedPrompt(
        ids: Array(ids.suffix(maximumLength)), text: rendering.text, line: record.line, answer: answer)
    }
  }

  /// Refuses a prompt that the tokenizer itself ends: a model that continues it starts another text.
  private func checkOpen(_ ids: [Int32], _ rendering: Rendering) throws(RowFailure) {
    guard let eos = tokenizer.specialTokens.eos, ids.last == eos.id, rendering.text != ended(rendering.text)
    else { return }
    throw .row(
      RowProblem(
        .endedPrompt, "the prompt ends with \(eos.text), so that nothing is left to answer",
        hint: "the tokenizer's post-processor adds \(eos.text): use one that does not"))
  }

  /// The prompt, and the right answer where the row has one.
  private func prompt(of record: Record) throws(RowFailure) -> (Content, answer: String?) {
    switch record {
    case .prompt(let prompt, let answer): return (prompt, answer)
    case .promptCompletion(let prompt, let completion): return (prompt, completion.plainText)
    case .preference(let prompt, _, _, _), .feedback(let prompt, _, _), .ranked(let prompt, _):
      return (prompt, nil)
    case .text, .messages, .labelled:
      throw .row(RowProblem(.unknownShape, "the row holds no prompt"))
    }
  }
}
