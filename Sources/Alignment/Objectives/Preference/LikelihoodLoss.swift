/// Mean negative log-likelihood of the chosen answers' tokens over the whole batch (TRL 1.16 `loss_type: sft`), to be
/// mixed with a preference loss.
public struct LikelihoodLoss: PreferenceLoss {
  public init() {}

  public func callAsFunction(_ batch: PreferenceBatch) -> [PairLoss] {
    let share = 1 / Double(batch.likelihoodTokens)
    return batch.pairs.map { PairLoss(loss: -$0.likelihood * share, likelihood: -share) }
  }
}
