import Diagnostics

/// Judges an answer by declared rules: what must and must not appear, and how long it may be.
///
/// A pattern is a text to be found without regard to case, or a regular expression between slashes (`/refund(s|ed)?/`).
public struct RuleJudge {
  /// One rule per group: at least one of its patterns appears.
  public let mustContain: [[Pattern]]
  /// One rule for all: none appears.
  public let mustNotContain: [Pattern]
  /// One rule: the number of words lies within.
  public let words: ClosedRange<Int>

  /// A text or a regular expression, compiled once.
  public struct Pattern {
    private enum Form {
      /// In lower case.
      case text(String)
      case expression(Regex<AnyRegexOutput>)
    }

    public let source: String
    private let form: Form

    /// - Throws: `Diagnostic` for a regular expression that cannot be read.
    public init(_ source: String) throws(Diagnostic) {
      if source.isEmpty { throw Diagnostic(.invalidPattern, "a pattern must not be empty") }
      self.source = source
      guard source.count > 2, source.hasPrefix("/"), source.hasSuffix("/") else {
        form = .text(source.lowercased())
        return
      }
      do {
        form = .expression(try Regex(String(source.dropFirst().dropLast())).ignoresCase())
      } catch {
        throw Diagnostic(.invalidPattern, "the pattern \(source) is not a regular expression: \(error)")
      }
    }

    /// - Parameter answer: the answer, and the same in lower case.
    func matches(_ answer: String, lowercased: String) -> Bool {
      switch form {
      case .text(let text): lowercased.contains(text)
      case .expression(let expression): answer.contains(expression)
      }
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
