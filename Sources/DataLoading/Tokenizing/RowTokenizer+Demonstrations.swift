import Diagnostics
import Tokenization

extension RowTokenizer {
  /// Rows for supervised fine-tuning.
  ///
  /// Text is trained whole; of prompt and completion the completion; of conversations all tokens, as TRL does, or what
  /// the assistant says. Truncation comes after the marks are set, so it can take the EOS from a row; a row that is
  /// left without a trained token is dropped and counted.
  ///
  /// - Parameters:
  ///   - options: what is trained of rows that have parts.
  ///   - requiresTrainedEnd: whether rows that train no end of an answer are an error, as they are but for
  ///     reproducing other trainers: a model trained on them does not learn to stop.
  /// - Throws: `mask-zero` if no row is left, `eos-untrained` if no row trains an end, every row that lacks the parts
  ///   that alone are to be trained, and every problem if the file is refused.
  public func demonstrations(
    _ records: [LocatedRecord], options: DemonstrationOptions = DemonstrationOptions(),
    requiresTrainedEnd: Bool = true
  ) throws(DiagnosticList) -> TokenizedRows<TokenizedSequence> {
    try checkEffect(of: options, on: records)
    let result = try collect(records) { record, remarks throws(RowFailure) in
      let sequence = try demonstration(record, options, &remarks)
      try checkDoubled(sequence.ids)
      return try requireTrained(options.keepsLongRows ? sequence : try fitted(sequence, &remarks))
    }
    if requiresTrainedEnd { try checkTrainedEnd(result) }
    return result
  }

  private func demonstration(
    _ record: LocatedRecord, _ options: DemonstrationOptions, _ remarks: inout Set<RowRemark>
  ) throws(RowFailure) -> TokenizedSequence {
    switch record.record {
    case .text(let text), .labelled(let text, _):
      try refuseParts(assistant: options.assistantOnly, completion: options.completionOnly == true)
      let ids = ids(Rendering(text: ended(text), addsSpecialTokens: true))
      return TokenizedSequence(ids: ids, completionStart: 0, line: record.line)
    case .messages(let messages):
      try refuseParts(assistant: false, completion: options.completionOnly == true)
      return options.assistantOnly
        ? try assistantTurns(of: messages, line: record.line)
        : TokenizedSequence(
          ids: ids(try render(messages, addGenerationPrompt: false)), completionStart: 0, line: record.line)
    case .promptCompletion(let prompt, let completion), .feedback(let prompt, let completion, _):
      return try answer(completion, to: prompt, options, line: record.line, &remarks)
    case .preference(let prompt, let chosen, _, _):
      return try answer(chosen, to: prompt, options, line: record.line, &remarks)
    case .ranked(let prompt, let groups):
      return try answer(groups.first?.first ?? .text(""), to: prompt, options, line: record.line, &remarks)
    case .prompt(let prompt, _):
      return try answer(.text(""), to: prompt, options, line: record.line, &remarks)
    }
  }

  /// Prompt and answer, of which the loss is taken on the tokens that belong to all asked parts.
  private func answer(
    _ answer: Content, to prompt: Content, _ options: DemonstrationOptions, line: Int,
    _ remarks: inout Set<RowRemark>
  ) throws(RowFailure) -> TokenizedSequence {
    let start = ids(try render(prompt: prompt))
    let whole = ids(try render(prompt: prompt, answer: answer))
    var sequence = TokenizedSequence(
      ids: whole, completionStart: boundary(of: start, in: whole, &remarks), line: line)
    if options.completionOnly == false { sequence.trained = whole.map { _ in true } }
    guard options.assistantOnly else { return sequence }
    guard case .messages(let turns) = prompt, case .messages(let reply) = answer else {
      try refuseParts(assistant: true, completion: false)
      return sequence
    }
    let spoken = try assistantTurns(of: turns + reply, line: line)
    sequence.trained = zip(sequence.trained, spoken.trained).map { $0 && $1 }
    return sequence
  }

  /// A conversation in which a token is trained if any of its bytes belong to what the assistant says.
  private func assistantTurns(of messages: [ChatMessage], line: Int) throws(RowFailure) -> TokenizedSequence {
    var text = ""
    var spans: [Range<Int>] = []
    for segment in try segments(of: messages) {
      let start = text.utf8.count
      text += segment.text
      if segment.isAssistantContent { spans.append(start..<text.utf8.count) }
    }
    let (ids, offsets) = tokenizer.encodeWithOffsets(text, addSpecialTokens: false)
    var next = 0
    let trained = offsets.map { range in
      while next < spans.count, spans[next].upperBound <= range.lowerBound { next += 1 }
      return next < spans.count && spans[next].overlaps(range)
    }
    return TokenizedSequence(ids: ids, completionStart: 0, trained: trained, line: line)
  }

  private func requireTrained(_ sequence: TokenizedSequence) throws(RowFailure) -> TokenizedSequence {
    if sequence.trainedCount > 0 { return sequence }
    throw .row(
      RowProblem(
        .truncatedAway, "nothing of the row's answer is left within max_length \(maximumLength)",
        hint: "raise max_length, or shorten the prompt"))
  }

  private func checkTrainedEnd(_ result: TokenizedRows<TokenizedSequence>) throws(DiagnosticList) {
    let ends = endIDs
    let isTrained = result.rows.contains { row in
      zip(row.ids, row.trained).contains { $1 && ends.contains($0) }
    }
    if isTrained { return }
    let cut = result.report.remarks[.endLost, default: 0]
    let (reason, hint) =
      ends.isEmpty
      ? (
        "the tokenizer declares no EOS, so no end of an answer can be trained",
        "name eos_token in tokenizer_config.json"
      )
      : cut > 0
        ? (
          "no row trains the EOS, so the model would not learn to stop: max_length \(maximumLength) cuts it off"
            + (cut == result.rows.count ? " every row" : " \(cut) of \(result.rows.count) rows"),
          "raise max_length, or set on_overlong: drop"
        )
        : (
          "no row trains the EOS, so the model would not learn to stop: \(unendedReason)",
          "let the template end the assistant's turns with a token of the tokenizer, such as eos_token"
        )
    throw DiagnosticList([Diagnostic(.eosUntrained, reason, at: SourceLocation(file: file), hint: hint)])
  }

  /// Why whole rows hold no token that ends an answer.
  private var unendedReason: String {
    guard let end = tokenizer.chatTemplate?.endOfTurn else { return "the chat template ends no turn with it" }
    return tokenizer.id(of: end) == nil
      ? "the chat template ends turns with \(end), which is no token of the tokenizer"
      : "the answers do not end with \(end)"
  }
}
