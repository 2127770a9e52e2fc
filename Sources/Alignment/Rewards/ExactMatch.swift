/// Whether the answer is the expected one: what follows a marker, compared as a number where both are numbers.
///
/// The marker's last occurrence counts, and what follows it up to the end of its line; without a marker the whole text.
/// An expected answer without the marker is taken as it is, so that rows may hold a whole solution (`… #### 72`) or the
/// result alone (`72`). An answer without the marker is wrong.
public struct ExactMatch: RewardFunction, Sendable, Hashable {
  /// Such as `####`; empty for none.
  public let marker: String

  public init(marker: String = "") { self.marker = marker }

  public var name: String { "exact_match" }

  /// 1 or 0 each.
  public func rewards(of answers: [JudgedAnswer]) -> [Double] {
    answers.map { answer in
      answer.expected.map { matches(answer.text, expected: $0) } == true ? 1 : 0
    }
  }

  public func matches(_ answer: String, expected: String) -> Bool {
    guard let found = result(in: answer) else { return false }
    return Self.normalized(found) == Self.normalized(result(in: expected) ?? expected[...])
  }

  private func result(in text: String) -> Substring? {
    guard !marker.isEmpty else { return text[...] }
    guard let place = text.ranges(of: marker).last else { return nil }
    return text[place.upperBound...].prefix { !$0.isNewline }
  }

  /// Without white space around it; numbers in one spelling.
  private static func normalized(_ text: Substring) -> String {
    let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return DecimalText.canonical(words) ?? words
  }
}
