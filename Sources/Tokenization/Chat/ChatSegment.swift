/// A part of a rendered conversation that belongs to one role.
public struct ChatSegment: Sendable, Hashable {
  public var text: String
  public var role: String
  /// Whether the assistant says this: its answer and the token that ends its turn, not the words around them.
  public var isAssistantContent: Bool

  public init(text: String, role: String, isAssistantContent: Bool = false) {
    self.text = text
    self.role = role
    self.isAssistantContent = isAssistantContent
  }
}
