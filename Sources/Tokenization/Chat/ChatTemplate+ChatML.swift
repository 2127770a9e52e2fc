/// The tokens of ChatML.
enum ChatMLMarker {
  static let start = "<|im_start|>"
  static let end = "<|im_end|>"
}

extension ChatTemplate {
  /// ChatML as OpenAI wrote it, without a default system message.
  public static let chatML = ChatTemplate(
    form: .chatML(defaultSystem: nil),
    source: """
      {% for message in messages %}{{ '<|im_start|>' + message['role'] + '
      ' + message['content'] + '<|im_end|>
      ' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant
      ' }}{% endif %}
      """)

  static func renderChatML(
    _ messages: [ChatMessage], defaultSystem: String?, addGenerationPrompt: Bool
  ) -> [ChatSegment] {
    var messages = messages
    if let defaultSystem, let first = messages.first, first.role != "system" {
      messages.insert(ChatMessage(role: "system", content: defaultSystem), at: 0)
    }
    var segments: [ChatSegment] = []
    for message in messages {
      let role = message.role
      segments.append(ChatSegment(text: "\(ChatMLMarker.start)\(role)\n", role: role))
      let text = message.content + ChatMLMarker.end
      segments.append(ChatSegment(text: text, role: role, isAssistantContent: role == "assistant"))
      segments.append(ChatSegment(text: "\n", role: role))
    }
    if addGenerationPrompt {
      segments.append(ChatSegment(text: "\(ChatMLMarker.start)assistant\n", role: "assistant"))
    }
    return segments
  }
}
