/// Logistic loss of the difference of scores per token (TRL 1.16 `loss_type: sigmoid_norm`; Tülu 3's
/// length-normalised DPO): `-log σ(β (s_c / len_c - s_r / len_r))`.
public struct NormalizedSigmoidLoss: PairwisePreferenceLoss {
  public let beta: Double

  public init(beta: Double) { self.beta = beta }

  public func callAsFunction(_ pair: PreferencePair) -> PairLoss {
    pair.perToken { chosen, rejected in
      let result = smoothedLogistic(beta * (chosen - rejected), 0)
      return (result.loss, beta * result.slope, -beta * result.slope)
    }
  }
}

extension PreferencePair {
  /// Applies a loss to the scores per token.
  ///
  /// - Parameter body: gives the loss and its derivatives with respect to its two arguments.
  func perToken(
    _ body: (_ chosen: Double, _ rejected: Double) -> (loss: Double, chosen: Double, rejected: Double)
  ) -> PairLoss {
    let chosenShare = 1 / Double(chosen.length)
    let rejectedShare = 1 / Double(rejected.length)
    let result = body(chosen.score * chosenShare, rejected.score * rejectedShare)
    return PairLoss(
      loss: result.loss, chosen: result.chosen * chosenShare, rejected: result.rejected * rejectedShare)
  }
}
