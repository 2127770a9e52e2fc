import LanguageModels
import Tokenization

/// Gives answers numbers; more is better.
public protocol RewardFunction {
  /// Under which name the reward is reported and weighted.
  var name: String { get }
  /// Models that must have room for a prompt with its answer.
  var readers: [LanguageModel] { get }

  /// One number per answer.
  func rewards(of answers: [JudgedAnswer]) throws -> [Double]
}

extension RewardFunction {
  public var readers: [LanguageModel] { [] }
}

/// What a reward function may look at.
public struct JudgedAnswer: Sendable, Hashable {
  /// Prompt and answer, up to and with the token that ended it.
  public var ids: [Int32]
  /// The answer up to and with the token that ended it.
  public var completion: [Int32]
  /// The answer without the token that ended it.
  public var text: String
  /// What the right answer is, where the prompt's row says so.
  public var expected: String?

  public init(ids: [Int32], completion: [Int32], text: String, expected: String?) {
    self.ids = ids
    self.completion = completion
    self.text = text
    self.expected = expected
  }

  init(_ rollout: Rollout, _ tokenizer: Tokenizer) {
    self.init(
      ids: rollout.scoredText, completion: Array(rollout.response[..<rollout.length]),
      text: tokenizer.decode(rollout.answer), expected: rollout.expectedAnswer)
  }
}
