/// A reward for the length of an answer in tokens, its end token included.
public enum LengthReward: RewardFunction, Sendable, Hashable {
  /// `-min(1, |length - target| / target)`: 0 at the target, -1 at nothing and from twice the target on.
  case target(Int)
  /// 0 up to `limit - cache`, then falling to -1 at the limit and from there on: DAPO's soft punishment of overlong
  /// answers (Yu et al. 2025, eq. 13; `get_soft_overlong_punishment` in TRL 1.16).
  case limit(Int, cache: Int)

  public var name: String { "length" }

  public func rewards(of answers: [JudgedAnswer]) -> [Double] {
    answers.map { reward(length: $0.completion.count) }
  }

  public func reward(length: Int) -> Double {
    switch self {
    case .target(let target): return -min(1, Double(abs(length - target)) / Double(target))
    case .limit(let limit, let cache):
      if length <= limit - cache { return 0 }
      return length > limit ? -1 : Double(limit - cache - length) / Double(cache)
    }
  }
}
