import Diagnostics
import LanguageModels

/// Several reward functions whose weighted sum an answer is scored with.
public struct WeightedRewards {
  public struct Term {
    public let function: any RewardFunction
    public let weight: Double

    public init(_ function: any RewardFunction, weight: Double = 1) {
      self.function = function
      self.weight = weight
    }
  }

  public let terms: [Term]

  public init(_ terms: [Term]) {
    precondition(!terms.isEmpty, "nothing to score answers with")
    self.terms = terms
  }

  var readers: [LanguageModel] { terms.flatMap(\.function.readers) }

  /// - Throws: `Diagnostic` for a reward that is not a finite number.
  public func callAsFunction(_ answers: [JudgedAnswer]) throws -> RewardTable {
    var table = RewardTable(
      names: terms.map(\.function.name), values: [], totals: Array(repeating: 0, count: answers.count))
    for term in terms {
      let values = try term.function.rewards(of: answers)
      precondition(values.count == answers.count, "\(values.count) rewards for \(answers.count) answers")
      guard values.allSatisfy(\.isFinite) else {
        throw Diagnostic(
          .nonFiniteLoss, "the reward `\(term.function.name)` gave a number that is not finite")
      }
      for (index, value) in values.enumerated() { table.totals[index] += term.weight * value }
      table.values.append(values)
    }
    return table
  }
}

/// Rewards of a batch of answers.
public struct RewardTable: Sendable, Hashable {
  public var names: [String]
  /// One list per name, before weights.
  public var values: [[Double]]
  /// Weighted sums, one per answer.
  public var totals: [Double]
}
