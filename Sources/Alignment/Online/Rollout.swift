import Foundation

/// One answer of the policy, with all that an update needs to know of it.
public struct Rollout: Sendable, Codable {
  /// Token ids, not padded.
  public var query: [Int32]
  /// Ends with EOS where the policy ended it; under TRL's conventions tokens after EOS follow.
  public var response: [Int32]
  /// Tokens that count: up to and with EOS.
  public var length: Int
  /// End tokens in the whole response.
  public var endTokens: Int
  /// What the right answer is, where the prompt's row says so.
  public var expectedAnswer: String?
  /// Of the reward model, penalty included; the weighted sum of all rewards in group training.
  public var score = 0.0
  /// Per response token, in nats, at the sampling temperature.
  public var logProbabilities: [Float] = []
  public var referenceLogProbabilities: [Float] = []
  /// Values of the states before each response token.
  public var values: [Float] = []
  /// Per response token, from the score and the KL penalty.
  public var rewards: [Double] = []
  public var advantages: [Double] = []
  public var returns: [Double] = []

  /// - Parameter endIDs: tokens that end an answer; empty if nothing does.
  public init(query: [Int32], response: [Int32], endIDs: Set<Int32>) {
    self.query = query
    self.response = response
    let end = response.firstIndex { endIDs.contains($0) }
    length = end.map { $0 + 1 } ?? response.count
    endTokens = response.count { endIDs.contains($0) }
  }

  public var endsWithEOS: Bool { endTokens > 0 }

  /// The tokens that count, without the one that ended the answer.
  public var answer: [Int32] { Array(response[..<(endsWithEOS ? length - 1 : length)]) }

  /// Query and the tokens that count.
  public var scoredText: [Int32] { query + response[..<length] }

  /// KL estimate of each counted token, in nats.
  func divergences(_ estimator: PPOOptions.KLEstimator, tokens: Int? = nil) -> [Double] {
    (0..<(tokens ?? length)).map { index in
      let logRatio = Double(referenceLogProbabilities[index]) - Double(logProbabilities[index])
      return switch estimator {
      case .k1: -logRatio
      case .k3: expm1OfRatio(logRatio)
      }
    }
  }

  /// KL estimate of the whole answer or its first tokens, in nats.
  public func divergence(_ estimator: PPOOptions.KLEstimator, tokens: Int? = nil) -> Double {
    divergences(estimator, tokens: tokens).reduce(0, +)
  }

  private func expm1OfRatio(_ logRatio: Double) -> Double { (exp(logRatio) - 1) - logRatio }
}
