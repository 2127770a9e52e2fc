import JSONText

/// How often one model's answers have the greater reward than another's on the same prompts.
struct HeadToHead: Sendable, Hashable {
  /// Places of the two among the compared models.
  var first: Int
  var second: Int
  /// Share of prompts on which the first wins; ties count half.
  var winRate: Double
  /// Where the true share lies with a probability of 95 %.
  var interval: ClosedRange<Double>
  var prompts: Int

  /// - Returns: nil if there is nothing to count.
  init?(_ first: Int, _ second: Int, rewards: [Double], others: [Double]) {
    guard rewards.count == others.count, !rewards.isEmpty else { return nil }
    let wins = zip(rewards, others).reduce(0.0) { $0 + ($1.0 > $1.1 ? 1 : $1.0 == $1.1 ? 0.5 : 0) }
    self.first = first
    self.second = second
    prompts = rewards.count
    winRate = wins / Double(prompts)
    interval = Self.interval(share: winRate, count: prompts)
  }

  /// The interval of a share (Wilson 1927), which stays between 0 and 1 and holds for few prompts too.
  static func interval(share: Double, count: Int) -> ClosedRange<Double> {
    let z = 1.959964
    let n = Double(count)
    let middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    let width = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
    return max(0, middle - width)...min(1, middle + width)
  }

  func json(_ models: [ComparedModel]) -> JSON {
    [
      "a": .string(models[first].label), "b": .string(models[second].label), "win_rate": .number(winRate),
      "low": .number(interval.lowerBound), "high": .number(interval.upperBound), "prompts": .integer(prompts),
    ]
  }
}
