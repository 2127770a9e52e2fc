/// One turn of a conversation.
public struct ChatMessage: Sendable, Hashable {
  /// `system`, `user` or `assistant`; templates may know others.
  public var role: String
  public var content: String

  public init(role: String, content: String) {
    self.role = role
    self.content = content
  }
}
