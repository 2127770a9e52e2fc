import Diagnostics

/// How a conversation becomes one text.
public struct ChatTemplate: Sendable, Hashable {
  /// What the template is known to render; nil for a template of no known family, which is kept to be written back.
  public let format: ChatFormat?
  /// The Jinja source, for other tools.
  public let source: String
  /// Where the source was read, for errors.
  public let file: String?
  /// Why the template is of no known family.
  private let reason: String

  /// A template as it was found.
  ///
  /// It is recognised by rendering: what it puts around the messages of some conversations is learnt, and what follows
  /// from that for others must be what it renders.
  ///
  /// - Parameters:
  ///   - beginOfText: the text of the BOS token, empty if there is none.
  ///   - endOfText: the text of the EOS token, empty if there is none.
  public init(source: String, file: String?, beginOfText: String = "", endOfText: String) {
    self.source = source
    self.file = file
    do throws(JinjaFailure) {
      let learner = try ChatFormatLearner(source: source, beginOfText: beginOfText, endOfText: endOfText)
      format = learner.format()
      reason = "it renders as none of the known families"
    } catch {
      format = nil
      reason =
        switch error {
        case .unsupported(let what): "it uses \(what)"
        case .raised(let message): "it refuses conversations: \(message)"
        }
    }
  }

  /// The template of a family.
  public init(family: ChatFamily, beginOfText: String = "", endOfText: String) {
    self.init(source: family.source, file: nil, beginOfText: beginOfText, endOfText: endOfText)
  }

  /// ChatML without a default system message.
  public static let chatML = ChatTemplate(family: .chatml, endOfText: "")

  /// Turns as plain text with a label each, for models without turn tokens.
  ///
  /// - Parameter endOfText: the EOS token's text, which ends answers.
  public static func plain(endOfText: String) -> ChatTemplate {
    ChatTemplate(family: .plain, endOfText: endOfText)
  }

  /// The conversation as segments whose texts, joined, are what the Jinja source renders.
  ///
  /// - Parameter addGenerationPrompt: whether to end with the opening of an assistant's turn.
  /// - Throws: `Diagnostic` naming the template's file if it is of no known family or takes no such conversation.
  public func render(
    _ messages: [ChatMessage], addGenerationPrompt: Bool = false
  ) throws(Diagnostic) -> [ChatSegment] {
    guard let format else {
      let names = ChatFamily.allCases.map(\.rawValue).joined(separator: "|")
      throw Diagnostic(
        .unsupportedChatTemplate, "the chat template is none that Plumbline can render: \(reason)",
        at: file.map { SourceLocation(file: $0) },
        hint:
          "declare one on the stage, which the model keeps: `chat_template: \(names)` (ChatML and others); "
          + "or give the data as prompt and completion")
    }
    guard let segments = format.segments(of: messages, addGenerationPrompt: addGenerationPrompt) else {
      let roles = messages.map(\.role).joined(separator: ", ")
      throw Diagnostic(
        .unsupportedChatTemplate,
        "the chat template takes no conversation of \(roles.isEmpty ? "no one" : roles)",
        at: file.map { SourceLocation(file: $0) },
        hint: format.system == nil
          ? "users and assistants take turns, users first, without a system message"
          : "after a system message users and assistants take turns, users first")
    }
    return segments
  }

  /// The text that ends an assistant's turn.
  public var endOfTurn: String? { format?.endOfTurn }
}
