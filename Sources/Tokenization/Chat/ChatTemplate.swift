import Diagnostics

/// How a conversation becomes one text.
public struct ChatTemplate: Sendable, Hashable {
  /// What the template is known to render.
  public enum Form: Sendable, Hashable {
    /// `<|im_start|>role\ncontent<|im_end|>\n` per message; `defaultSystem` stands in for a missing system message.
    case chatML(defaultSystem: String?)
    /// `User: …\nAssistant: …`; see `ChatTemplate.plain(endOfText:)`.
    case plain(endOfText: String)
    /// Another template, kept to be written back.
    case unrecognized
  }

  public let form: Form
  /// The Jinja source, for other tools.
  public let source: String
  /// Where the source was read, for errors.
  public let file: String?

  init(form: Form, source: String, file: String? = nil) {
    self.form = form
    self.source = source
    self.file = file
  }

  /// The conversation as segments whose texts, joined, are what the Jinja source renders.
  ///
  /// - Parameter addGenerationPrompt: whether to end with the opening of an assistant's turn.
  /// - Throws: `Diagnostic` if the template is of no known form, naming its file.
  public func render(
    _ messages: [ChatMessage], addGenerationPrompt: Bool = false
  ) throws(Diagnostic) -> [ChatSegment] {
    switch form {
    case .chatML(let defaultSystem):
      Self.renderChatML(messages, defaultSystem: defaultSystem, addGenerationPrompt: addGenerationPrompt)
    case .plain(let endOfText):
      Self.renderPlain(messages, endOfText: endOfText, addGenerationPrompt: addGenerationPrompt)
    case .unrecognized:
      throw Diagnostic(
        .unsupportedChatTemplate, "the chat template is none that Plumbline can render",
        at: file.map { SourceLocation(file: $0) },
        hint: "supported: ChatML (<|im_start|>role … <|im_end|>) and Plumbline's plain template; "
          + "replace the template, or give the data as prompt and completion")
    }
  }

  /// The text that ends an assistant's turn.
  public var endOfTurn: String? {
    switch form {
    case .chatML: ChatMLMarker.end
    case .plain(let endOfText): endOfText.isEmpty ? nil : endOfText
    case .unrecognized: nil
    }
  }
}
