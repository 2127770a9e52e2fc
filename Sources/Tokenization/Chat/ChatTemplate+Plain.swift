extension ChatTemplate {
  /// Turns as plain text with a label each, for models without turn tokens.
  ///
  /// A message is `Label: content` and a line feed; the label is the role with a capital. A system message has no
  /// label. The assistant's content ends with `endOfText` before the line feed. The generation prompt is
  /// `Assistant:` without the space that follows it, so that the answer starts at a word border.
  ///
  /// - Parameter endOfText: the EOS token's text; other tools take theirs from `eos_token`.
  public static func plain(endOfText: String) -> ChatTemplate {
    ChatTemplate(form: .plain(endOfText: endOfText), source: plainSource)
  }

  static let plainSource = """
    {% for message in messages %}{% if message['role'] == 'system' %}{{ message['content'] + '
    ' }}{% elif message['role'] == 'assistant' %}{{ 'Assistant: ' + message['content'] + eos_token + '
    ' }}{% else %}{{ message['role'] | capitalize + ': ' + message['content'] + '
    ' }}{% endif %}{% endfor %}{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}
    """

  static func renderPlain(
    _ messages: [ChatMessage], endOfText: String, addGenerationPrompt: Bool
  ) -> [ChatSegment] {
    var segments: [ChatSegment] = []
    for message in messages {
      let role = message.role
      switch role {
      case "system": segments.append(ChatSegment(text: message.content + "\n", role: role))
      case "assistant":
        segments.append(ChatSegment(text: "Assistant:", role: role))
        let answer = " \(message.content)\(endOfText)"
        segments.append(ChatSegment(text: answer, role: role, isAssistantContent: true))
        segments.append(ChatSegment(text: "\n", role: role))
      default:
        segments.append(ChatSegment(text: "\(capitalized(role)): \(message.content)\n", role: role))
      }
    }
    if addGenerationPrompt { segments.append(ChatSegment(text: "Assistant:", role: "assistant")) }
    return segments
  }

  /// Jinja's `capitalize`: first character upper case, the rest lower case.
  private static func capitalized(_ role: String) -> String {
    role.prefix(1).uppercased() + role.dropFirst().lowercased()
  }
}
