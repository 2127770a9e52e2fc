/// The share of a judge's rules that an answer satisfies, from 0 to 1.
public struct RuleReward: RewardFunction {
  public let judge: RuleJudge

  public init(_ judge: RuleJudge) { self.judge = judge }

  public var name: String { "rules" }

  public func rewards(of answers: [JudgedAnswer]) -> [Double] {
    answers.map { answer in
      let verdict = judge.judge(answer.text)
      return Double(verdict.satisfied) / Double(verdict.rules)
    }
  }
}
