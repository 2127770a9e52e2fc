import Alignment
import Diagnostics
import Pipeline

/// What makes a good answer, as a manifest declares it: rules, the right result, a length.
struct JudgeOptions: Configurable, Hashable {
  var mustContain: [[String]] = []
  var mustNotContain: [String] = []
  var minimumWords = 0
  var maximumWords = 100_000
  var exactMatch: ExactMatchOptions?
  var length: LengthOptions?

  static var fields: [Field<Self>] {
    [
      .list(
        "must_contain", \.mustContain, of: .list(of: .string, count: 1...1_000),
        "Groups of patterns; at least one of each group must appear. /…/ is a regular expression."),
      .list("must_not_contain", \.mustNotContain, of: .string, "Patterns none of which may appear."),
      .integer("min_words", \.minimumWords, in: 0...1_000_000, "Fewest words of an answer."),
      .integer("max_words", \.maximumWords, in: 0...1_000_000, "Most words of an answer."),
      .optional(
        "exact_match", \.exactMatch, .object, "Whether the answer is the one that the prompt's row gives."),
      .optional("length", \.length, .object, "A reward for the length of an answer, in tokens."),
    ]
  }

  /// Whether anything is declared.
  var isDeclared: Bool { self != JudgeOptions() }

  /// Whether any rule is declared.
  var hasRules: Bool {
    var others = self
    others.exactMatch = nil
    others.length = nil
    return others.isDeclared
  }

  /// - Throws: `Diagnostic` for a pattern that cannot be read.
  func makeJudge() throws(Diagnostic) -> RuleJudge {
    var groups: [[RuleJudge.Pattern]] = []
    for group in mustContain {
      var patterns: [RuleJudge.Pattern] = []
      for source in group { patterns.append(try RuleJudge.Pattern(source)) }
      groups.append(patterns)
    }
    var forbidden: [RuleJudge.Pattern] = []
    for source in mustNotContain { forbidden.append(try RuleJudge.Pattern(source)) }
    return RuleJudge(
      mustContain: groups, mustNotContain: forbidden,
      words: minimumWords...max(minimumWords, maximumWords))
  }

  var problems: [ConfigurationProblem] {
    var problems: [ConfigurationProblem] = []
    if minimumWords > maximumWords {
      problems.append(
        ConfigurationProblem(
          key: "judge.min_words", "is \(minimumWords), more than max_words (\(maximumWords))"))
    }
    problems += length?.problems ?? []
    do {
      _ = try makeJudge()
    } catch {
      problems.append(ConfigurationProblem(key: "judge", error.message))
    }
    return problems
  }
}
