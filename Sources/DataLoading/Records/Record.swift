import Tokenization

/// One row of training data, in whatever shape and format its file had it.
public enum Record: Sendable, Hashable {
  /// A document.
  case text(String)
  case promptCompletion(prompt: Content, completion: Content)
  /// A whole conversation.
  case messages([ChatMessage])
  /// Two answers to a prompt. `margin` is by how much the chosen one should score higher.
  case preference(prompt: Content, chosen: Content, rejected: Content, margin: Double?)
  /// Several answers to a prompt, in groups from best to worst; answers in one group are tied.
  case ranked(prompt: Content, groups: [[Content]])
  /// An answer that was found desirable or not.
  case feedback(prompt: Content, completion: Content, isDesirable: Bool)
  /// A prompt to answer, with the right answer where there is one.
  case prompt(Content, answer: String? = nil)
  case labelled(text: String, label: String)
}

/// A record and where its row starts.
public struct LocatedRecord: Sendable, Hashable {
  public var record: Record
  /// 1-based line of the file, after decompression.
  public var line: Int

  public init(_ record: Record, line: Int) {
    self.record = record
    self.line = line
  }
}
