import Diagnostics

/// What a chat template of a known family puts around the messages, learnt from its renderings.
public struct ChatFormat: Sendable, Hashable {
  /// What stands around the content of a message.
  struct Turn: Sendable, Hashable {
    var before: String
    var after: String
    /// Whether white space around the content is removed.
    var trims = false

    func content(_ text: String) -> String { trims ? text.strippedAsPython() : text }
  }

  public var family: ChatFamily
  /// Stands in for a missing system message.
  public var defaultSystem: String?
  /// The token that an assistant's turn ends with.
  public var endOfTurn: String

  /// Before everything, such as BOS.
  var start: String
  /// Nil if the template takes no system message.
  var system: Turn?
  /// Whether the system message goes into the first user's turn.
  var foldsSystem = false
  var user: Turn
  var assistant: Turn
  /// What opens an answer; the rest of what stands before the assistant's content is part of the answer.
  var generationPrompt: String
  /// Whether every role is named where the user's is, as it is spelled.
  var namesRoles = false
  /// Whether turns may come in any order; else users and assistants take turns, users first.
  var takesAnyOrder = false

  /// The conversation as segments; nil if the template takes no such conversation.
  func segments(of messages: [ChatMessage], addGenerationPrompt: Bool) -> [ChatSegment]? {
    guard takesAnyOrder || isRegular(messages), !messages.isEmpty else { return nil }
    var messages = messages
    if let defaultSystem, messages[0].role != "system" {
      messages.insert(ChatMessage(role: "system", content: defaultSystem), at: 0)
    }
    var segments = [ChatSegment(text: start, role: messages[0].role)]
    var folded: String?
    for message in messages {
      switch message.role {
      case "assistant": segments += answer(message.content)
      case "system":
        guard let system else { return nil }
        let text = system.before + system.content(message.content) + system.after
        if foldsSystem { folded = text } else { segments.append(ChatSegment(text: text, role: "system")) }
      default:
        guard let turn = turn(of: message.role) else { return nil }
        let text = turn.before + turn.content((folded ?? "") + message.content) + turn.after
        segments.append(ChatSegment(text: text, role: message.role))
        folded = nil
      }
    }
    if addGenerationPrompt, !generationPrompt.isEmpty {
      segments.append(ChatSegment(text: generationPrompt, role: "assistant"))
    }
    return segments.filter { !$0.text.isEmpty }
  }

  private func answer(_ content: String) -> [ChatSegment] {
    let opening = String(assistant.before.dropFirst(generationPrompt.count))
    let end = assistant.after.firstPlace(of: endOfTurn)?.upperBound ?? assistant.after.startIndex
    return [
      ChatSegment(text: generationPrompt, role: "assistant"),
      ChatSegment(
        text: opening + assistant.content(content) + assistant.after[..<end], role: "assistant",
        isAssistantContent: true),
      ChatSegment(text: String(assistant.after[end...]), role: "assistant"),
    ]
  }

  private func turn(of role: String) -> Turn? {
    if role == "user" { return user }
    guard namesRoles, let place = user.before.name(of: "user") else { return nil }
    var turn = user
    let isCapital = user.before[place].first?.isUppercase == true
    turn.before.replaceSubrange(place, with: isCapital ? role.capitalizedAsPython : role)
    return turn
  }

  /// A system message at most, then users and assistants in turn.
  private func isRegular(_ messages: [ChatMessage]) -> Bool {
    messages.drop { $0.role == "system" }.enumerated().allSatisfy { index, message in
      message.role == (index.isMultiple(of: 2) ? "user" : "assistant")
    } && messages.filter { $0.role == "system" }.count <= (messages.first?.role == "system" ? 1 : 0)
      && messages.contains { $0.role == "user" }
  }
}

extension String {
  /// Where a role is named, in lower case or with a capital.
  fileprivate func name(of role: String) -> Range<Index>? {
    firstPlace(of: role) ?? firstPlace(of: role.capitalizedAsPython)
  }

  /// Python's `capitalize`: first character upper case, the rest lower case.
  var capitalizedAsPython: String { prefix(1).uppercased() + dropFirst().lowercased() }
}
