import Diagnostics

extension RowTokenizer {
  /// Prompts to sample answers to, conversations opened for the assistant's turn.
  ///
  /// Under `truncate` an overlong prompt keeps its last tokens, which the answer follows.
  public func prompts(_ records: [LocatedRecord]) throws(DiagnosticList) -> TokenizedRows<TokenizedPrompt> {
    try collect(records) { record, remarks throws(RowFailure) in
      let rendering = try render(prompt: try prompt(of: record.record))
      let ids = ids(rendering)
      try checkDoubled(ids)
      try checkOpen(ids, rendering)
      try checkLength(ids.count)
      if ids.count > maximumLength { remarks.insert(.truncated) }
      return TokenizedPrompt(ids: Array(ids.suffix(maximumLength)), text: rendering.text, line: record.line)
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
