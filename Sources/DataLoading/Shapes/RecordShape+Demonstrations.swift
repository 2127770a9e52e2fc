import Tokenization

extension RecordShape {
  static let text = RecordShape(keys: ["text"], example: "{\"text\"}") { row throws(RowProblem) in
    let text = try row.string("text")
    if text.isBlank { throw RowProblem(.emptyAnswer, "\"text\" is empty", key: "text") }
    return .text(text)
  }

  static let promptCompletion = RecordShape(
    keys: ["prompt", "completion"], example: "{\"prompt\", \"completion\"}"
  ) { row throws(RowProblem) in
    let prompt = try row.content("prompt")
    let completion = try row.content("completion")
    try prompt.checkPrompt(key: "prompt")
    try completion.checkAnswer(key: "completion", to: prompt)
    return .promptCompletion(prompt: prompt, completion: completion)
  }

  static let messages = RecordShape(keys: ["messages"], example: "{\"messages\": [{\"role\", \"content\"}]}")
  {
    row throws(RowProblem) in
    let messages = try row.messages("messages")
    guard messages.contains(where: { $0.role == "assistant" }) else {
      throw RowProblem(
        .noAssistantTurn, "the conversation has no assistant turn to learn from", key: "messages")
    }
    if messages.contains(where: { $0.role == "assistant" && $0.content.isBlank }) {
      throw RowProblem(.emptyAnswer, "an assistant turn is empty", key: "messages")
    }
    return .messages(messages)
  }

  /// Rows of Stanford Alpaca, under its own prompts (`train.py`, `PROMPT_DICT`).
  static let alpaca = RecordShape(
    keys: ["instruction", "output"], example: "{\"instruction\", \"input\", \"output\"}",
    optionalKeys: ["input"]
  ) { row throws(RowProblem) in
    let instruction = try row.string("instruction")
    let input = try row.optionalString("input")
    if instruction.isBlank { throw RowProblem(.emptyPrompt, "\"instruction\" is empty", key: "instruction") }
    let opening = "Below is an instruction that describes a task"
    let request = "Write a response that appropriately completes the request."
    let prompt =
      input.isEmpty
      ? "\(opening). \(request)\n\n### Instruction:\n\(instruction)\n\n### Response:"
      : "\(opening), paired with an input that provides further context. \(request)\n\n"
        + "### Instruction:\n\(instruction)\n\n### Input:\n\(input)\n\n### Response:"
    let completion = Content.text(try row.string("output"))
    try completion.checkAnswer(key: "output", to: .text(prompt))
    return .promptCompletion(prompt: .text(prompt), completion: completion)
  }

  /// Questions with worked answers, as in GSM8K.
  static let questionAnswer = RecordShape(
    keys: ["question", "answer"], example: "{\"question\", \"answer\"}"
  ) { row throws(RowProblem) in
    let prompt = Content.text(try row.string("question"))
    let completion = Content.text(try row.string("answer"))
    try prompt.checkPrompt(key: "question")
    try completion.checkAnswer(key: "answer", to: prompt)
    return .promptCompletion(prompt: prompt, completion: completion)
  }

  static let prompt = RecordShape(
    keys: ["prompt"], example: "{\"prompt\"}, {\"prompt\", \"answer\"}", optionalKeys: ["answer"]
  ) { row throws(RowProblem) in
    let prompt = try row.content("prompt")
    try prompt.checkPrompt(key: "prompt")
    return .prompt(prompt, answer: try row.label("answer"))
  }
}
