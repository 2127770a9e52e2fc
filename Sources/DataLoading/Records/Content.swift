import Tokenization

/// A prompt or an answer: plain text, or turns of a conversation.
public enum Content: Sendable, Hashable {
  case text(String)
  case messages([ChatMessage])

  /// Whether there is nothing in it but white space.
  public var isBlank: Bool {
    switch self {
    case .text(let text): text.isBlank
    case .messages(let messages): messages.allSatisfy { $0.content.isBlank }
    }
  }

  /// Whether both have the same bytes; `==` on strings would let canonically equivalent texts pass as one.
  public func hasSameBytes(as other: Content) -> Bool {
    switch (self, other) {
    case (.text(let a), .text(let b)): a.utf8.elementsEqual(b.utf8)
    case (.messages(let a), .messages(let b)):
      a.elementsEqual(b) { $0.role == $1.role && $0.content.utf8.elementsEqual($1.content.utf8) }
    default: false
    }
  }
}

extension String {
  /// Whether the text has no character but white space.
  var isBlank: Bool { unicodeScalars.allSatisfy(\.properties.isWhitespace) }
}
