import Alignment
import Pipeline

/// How long an answer should be: near a target, or below a limit.
struct LengthOptions: Configurable, Hashable {
  var target: Int?
  var limit: Int?
  var cache = 0

  static var fields: [Field<Self>] {
    [
      .optional(
        "target", \.target, .integer(in: 1...1_048_576),
        "Tokens an answer should have: -|length - target| / target, at least -1."),
      .optional(
        "limit", \.limit, .integer(in: 1...1_048_576), "Tokens beyond which an answer gets -1, else 0."),
      .integer(
        "cache", \.cache, in: 0...1_048_576,
        "Tokens below the limit over which the reward falls from 0 to -1."
      ),
    ]
  }

  /// Nil where nothing is declared.
  var reward: LengthReward? {
    target.map { .target($0) } ?? limit.map { .limit($0, cache: cache) }
  }

  var problems: [ConfigurationProblem] {
    var problems: [ConfigurationProblem] = []
    if target == nil, limit == nil {
      problems.append(ConfigurationProblem(key: "judge.length", "needs a `target` or a `limit`"))
    }
    if target != nil, limit != nil {
      problems.append(
        ConfigurationProblem(key: "judge.length.limit", "has no effect beside `target`", hint: "keep one"))
    }
    if cache > 0, limit == nil {
      problems.append(ConfigurationProblem(key: "judge.length.cache", "has no effect without `limit`"))
    }
    if let limit, cache >= limit {
      problems.append(
        ConfigurationProblem(key: "judge.length.cache", "is \(cache); it must be below the limit (\(limit))"))
    }
    return problems
  }
}
