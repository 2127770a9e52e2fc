import Foundation

/// The loss of supervised training; names are TRL's.
public enum SupervisedLossType: String, Sendable, Hashable, CaseIterable {
  /// Negative log-likelihood.
  case nll
  /// Dynamic fine-tuning: each token's log-likelihood weighted by its probability, which carries no gradient.
  case dft
}

/// Mean loss of trained tokens (TRL 1.16 SFT): `-Σ logp / N`, or with `dft` `-Σ sg(e^logp) logp / N` (Wu et al. 2025,
/// eq. 9), where `sg` stops the gradient.
///
/// `N` counts the trained tokens of the whole optimiser batch, so the loss of a batch is the sum over its
/// micro-batches and does not depend on how it was cut.
public struct NextTokenLoss: Sendable {
  /// Trained tokens in the whole batch.
  public let tokens: Int
  public let type: SupervisedLossType

  public init(tokens: Int, type: SupervisedLossType = .nll) {
    self.tokens = tokens
    self.type = type
  }

  /// - Parameter logProbabilities: of the trained tokens of one micro-batch, in nats.
  public func callAsFunction(_ logProbabilities: [Float]) -> LossAndGradient {
    let scale = 1 / Double(max(1, tokens))
    switch type {
    case .nll:
      let sum = logProbabilities.reduce(0.0) { $0 + Double($1) }
      return LossAndGradient(
        loss: -sum * scale, gradient: Array(repeating: -scale, count: logProbabilities.count))
    case .dft:
      let weights = logProbabilities.map { exp(Double($0)) }
      let sum = zip(weights, logProbabilities).reduce(0.0) { $0 + $1.0 * Double($1.1) }
      return LossAndGradient(loss: -sum * scale, gradient: weights.map { -$0 * scale })
    }
  }
}
