import Foundation

/// One answer of the policy, with all that an update needs to know of it.
public struct Rollout: Sendable {
  /// Token ids, not padded.
  public var query: [Int32]
  /// Ends with EOS where the policy ended it; under TRL's conventions tokens after EOS follow.
  public var response: [Int32]
  /// Tokens that count: up to and with EOS.
  public var length: Int
  /// End tokens in the whole response.
  public var endTokens: Int
  /// Of the reward model, penalty included.
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

  /// Query and the tokens that count.
  public var scoredText: [Int32] { query + response[..<length] }

  /// KL estimate of each counted token, in nats.
  func divergences(_ estimator: PPOOptions.KLEstimator) -> [Double] {
    (0..<length).map { index in
      let logRatio = Double(referenceLogProbabilities[index]) - Double(logProbabilities[index])
      return switch estimator {
      case .k1: -logRatio
      case .k3: expm1OfRatio(logRatio)
      }
    }
  }

  /// KL estimate of the whole answer, in nats.
  public func divergence(_ estimator: PPOOptions.KLEstimator) -> Double {
    divergences(estimator).reduce(0, +)
  }

  private func expm1OfRatio(_ logRatio: Double) -> Double { (exp(logRatio) - 1) - logRatio }
}
