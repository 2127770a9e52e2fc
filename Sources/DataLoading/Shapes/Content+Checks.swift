extension Content {
  /// Refuses a prompt with nothing in it.
  func checkPrompt(key: String) throws(RowProblem) {
    if isBlank { throw RowProblem(.emptyPrompt, "\"\(key)\" is empty", key: key) }
  }

  /// Refuses an answer that is empty, of another form than its prompt, or not the assistant's.
  func checkAnswer(key: String, to prompt: Content) throws(RowProblem) {
    switch (self, prompt) {
    case (.text, .text): break
    case (.messages(let messages), .messages):
      if let stranger = messages.first(where: { $0.role == "user" || $0.role == "system" }) {
        throw RowProblem(
          .differentPrompts,
          "\"\(key)\" must go on from the prompt, but has a \(stranger.role) message of its own",
          key: key)
      }
      if messages.last?.role != "assistant" {
        throw RowProblem(.noAssistantTurn, "\"\(key)\" must end with an assistant message", key: key)
      }
    default:
      throw RowProblem(
        .wrongType, "the prompt and \"\(key)\" must both be strings or both be lists of messages", key: key)
    }
    if isBlank { throw RowProblem(.emptyAnswer, "\"\(key)\" is empty", key: key) }
  }
}
