import Tokenization

extension RecordShape {
  static let preference = RecordShape(
    keys: ["prompt", "chosen", "rejected"], example: "{\"prompt\", \"chosen\", \"rejected\"}",
    optionalKeys: ["margin"]
  ) { row throws(RowProblem) in
    let prompt = try row.content("prompt")
    let chosen = try row.content("chosen")
    let rejected = try row.content("rejected")
    // A text prompt beside whole conversations repeats their first turn, as in UltraFeedback.
    if case .text = prompt, case .messages = chosen { return try implicit(row, chosen, rejected) }
    return try pair(
      row, prompt: prompt, chosen: try chosen.withoutLeading(prompt, key: "chosen"),
      rejected: try rejected.withoutLeading(prompt, key: "rejected"))
  }

  static let implicitPreference = RecordShape(
    keys: ["chosen", "rejected"], example: "{\"chosen\", \"rejected\"} that share their prompt",
    optionalKeys: ["margin"]
  ) { row throws(RowProblem) in
    try implicit(row, try row.content("chosen"), try row.content("rejected"))
  }

  private static func implicit(
    _ row: RowReader, _ chosen: Content, _ rejected: Content
  ) throws(RowProblem) -> Record {
    if chosen.hasSameBytes(as: rejected) { throw identicalPair }
    let parts = try ImplicitPrompt.split(chosen: chosen, rejected: rejected)
    return try pair(row, prompt: parts.prompt, chosen: parts.chosen, rejected: parts.rejected)
  }

  private static func pair(
    _ row: RowReader, prompt: Content, chosen: Content, rejected: Content
  ) throws(RowProblem) -> Record {
    try prompt.checkPrompt(key: "prompt")
    try chosen.checkAnswer(key: "chosen", to: prompt)
    try rejected.checkAnswer(key: "rejected", to: prompt)
    if chosen.hasSameBytes(as: rejected) { throw identicalPair }
    return .preference(prompt: prompt, chosen: chosen, rejected: rejected, margin: try row.number("margin"))
  }

  private static let identicalPair = RowProblem(
    .identicalPair, "\"chosen\" and \"rejected\" are identical", key: "rejected")
}

extension Content {
  /// The answer alone, where a conversation repeats its prompt.
  fileprivate func withoutLeading(_ prompt: Content, key: String) throws(RowProblem) -> Content {
    guard case .messages(let turns) = self, case .messages(let start) = prompt,
      turns.first?.role != "assistant"
    else { return self }
    guard Content.messages(Array(turns.prefix(start.count))).hasSameBytes(as: prompt) else {
      throw RowProblem(
        .differentPrompts, "\"\(key)\" does not start with the messages of \"prompt\"", key: key)
    }
    return .messages(Array(turns.dropFirst(start.count)))
  }
}
