import Diagnostics

/// Judges an answer by declared rules: what must and must not appear, and how long it may be.
///
/// A pattern is a text to be found without regard to case, or a regular expression between slashes (`/refund(s|ed)?/`).
public struct RuleJudge: Sendable {
  /// One rule per group: at least one of its patterns appears.
  public let mustContain: [[Pattern]]
  /// One rule for all: none appears.
  public let mustNotContain: [Pattern]
  /// One rule: the number of words lies within.
  public let words: ClosedRange<Int>

  /// A text or a regular expression.
  public struct Pattern: Sendable, Hashable {
    public let source: String
    private let text: String
    private let isExpression: Bool

    /// - Throws: `Diagnostic` for a regular expression that cannot be read.
    public init(_ source: String) throws(Diagnostic) {
      if source.isEmpty { throw Diagnostic(.invalidPattern, "a pattern must not be empty") }
      self.source = source
      isExpression = source.count > 2 && source.hasPrefix("/") && source.hasSuffix("/")
      text = isExpression ? String(source.dropFirst().dropLast()) : source.lowercased()
      guard isExpression else { return }
      do {
        _ = try Regex(text)
      } catch {
        throw Diagnostic(.invalidPattern, "the pattern \(source) is not a regular expression: \(error)")
      }
    }

    /// - Parameter answer: the answer, and the same in lower case.
    func matches(_ answer: String, lowercased: String) -> Bool {
      guard isExpression else { return lowercased.contains(text) }
      guard let expression = try? Regex(text).ignoresCase() else { return false }
      return answer.contains(expression)
    }
  }

  /// What a judge says of one answer.
  public struct Verdict: Sendable, Hashable {
    public var satisfied: Int
    public var rules: Int
    public var passes: Bool { satisfied == rules }
  }

  public init(mustContain: [[Pattern]], mustNotContain: [Pattern], words: ClosedRange<Int>) {
    self.mustContain = mustContain
    self.mustNotContain = mustNotContain
    self.words = words
  }

  public func judge(_ answer: String) -> Verdict {
    let lowercased = answer.lowercased()
    let groups = mustContain.map { group in
      group.contains { $0.matches(answer, lowercased: lowercased) }
    }
    let isClean = !mustNotContain.contains { $0.matches(answer, lowercased: lowercased) }
    let hasLength = words.contains(Self.words(of: answer).count)
    let results = groups + [isClean, hasLength]
    return Verdict(satisfied: results.count { $0 }, rules: results.count)
  }

  /// Runs of characters that are not white space.
  public static func words(of text: String) -> [Substring] { text.split(whereSeparator: \.isWhitespace) }
}
