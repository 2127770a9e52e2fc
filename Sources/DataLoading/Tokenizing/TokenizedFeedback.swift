/// An answer to a prompt that was found desirable or not.
public struct TokenizedFeedback: Sendable, Hashable {
  /// Prompt and answer, trained on the answer.
  public var sequence: TokenizedSequence
  /// The answer's ids before the row was cut to the greatest length.
  public var answer: [Int32]
  public var isDesirable: Bool

  public init(sequence: TokenizedSequence, answer: [Int32], isDesirable: Bool) {
    self.sequence = sequence
    self.answer = answer
    self.isDesirable = isDesirable
  }

  /// This row's prompt with another row's answer, cut to its first tokens.
  public func mismatched(with other: TokenizedFeedback, maximumLength: Int) -> TokenizedSequence {
    TokenizedSequence(
      ids: sequence.ids.prefix(sequence.completionStart) + other.answer,
      completionStart: sequence.completionStart, line: sequence.line
    ).truncated(to: maximumLength)
  }
}
