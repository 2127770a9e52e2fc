import Diagnostics

extension RowTokenizer {
  /// Texts to classify, as `transformers`' tokenizers give them to a classifier: the post-processor's tokens go around
  /// the text, and no EOS is appended. An overlong text keeps its first tokens under `truncate`.
  public func labelledTexts(
    _ records: [LocatedRecord]
  ) throws(DiagnosticList) -> TokenizedRows<LabelledText> {
    try collect(records) { record, remarks throws(RowFailure) in
      guard case .labelled(let text, let label) = record.record else {
        throw .row(RowProblem(.unknownShape, "the row holds no text with a label"))
      }
      let ids = ids(Rendering(text: text, addsSpecialTokens: true))
      if ids.isEmpty { throw .row(RowProblem(.emptyPrompt, "the text has no tokens")) }
      try checkDoubled(ids)
      try checkLength(ids.count)
      if ids.count > maximumLength { remarks.insert(.truncated) }
      return LabelledText(text: text, ids: Array(ids.prefix(maximumLength)), label: label, line: record.line)
    }
  }
}
