import JSONText

extension RecordShape {
  /// Rows of KTO, as TRL reads them.
  static let feedback = RecordShape(
    keys: ["prompt", "completion", "label"], example: "{\"prompt\", \"completion\", \"label\": true or false}"
  ) { row throws(RowProblem) in
    let prompt = try row.content("prompt")
    let completion = try row.content("completion")
    try prompt.checkPrompt(key: "prompt")
    try completion.checkAnswer(key: "completion", to: prompt)
    return .feedback(prompt: prompt, completion: completion, isDesirable: try row.boolean("label"))
  }
}
