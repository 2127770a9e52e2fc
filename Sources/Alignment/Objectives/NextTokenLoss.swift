/// Mean negative log-likelihood of trained tokens (TRL 1.16 SFT, `loss_type: nll`): `-Σ logp / N`.
///
/// `N` counts the trained tokens of the whole optimiser batch, so the loss of a batch is the sum over its
/// micro-batches and does not depend on how it was cut.
public struct NextTokenLoss: Sendable {
  /// Trained tokens in the whole batch.
  public let tokens: Int

  public init(tokens: Int) { self.tokens = tokens }

  /// - Parameter logProbabilities: of the trained tokens of one micro-batch, in nats.
  public func callAsFunction(_ logProbabilities: [Float]) -> LossAndGradient {
    let scale = 1 / Double(max(1, tokens))
    let sum = logProbabilities.reduce(0.0) { $0 + Double($1) }
    return LossAndGradient(
      loss: -sum * scale, gradient: Array(repeating: -scale, count: logProbabilities.count))
  }
}
