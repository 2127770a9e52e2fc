import Foundation

/// Odds ratio preference optimisation (Hong et al. 2024, eq. 6; TRL 1.16 `trl.experimental.orpo`), without reference:
/// the negative log-likelihood of the chosen text plus `-λ log σ(log odds(x) - log odds(y))`, `odds(x) = e^x
/// / (1 - e^x)`, where `x` and `y` are the mean log-probabilities of a token of the chosen and the rejected
/// answer.
///
/// The likelihood is the mean over all tokens of prompt and chosen answer in the batch, as in TRL. Its own figures
/// (TRL's names): `nll_loss`, that likelihood term; `log_odds_ratio`, the mean of `log σ(…)`; `log_odds_chosen`, the
/// mean of what stands inside.
public struct OddsRatioLoss: PreferenceLoss {
  /// λ of the paper, `beta` in TRL.
  public let beta: Double

  public init(beta: Double) { self.beta = beta }

  public var spansPrompt: Bool { true }
  public var averagesTokens: Bool { true }

  public func callAsFunction(_ batch: PreferenceBatch) -> [PairLoss] {
    let share = beta / Double(batch.pairCount)
    let likelihoodShare = 1 / Double(batch.likelihoodTokens)
    return batch.pairs.map { pair in
      let odds = pair.perToken { chosen, rejected in
        let ratio = Self.logOddsRatio(chosen, rejected)
        let slope = -sigmoid(-ratio)
        return (-logSigmoid(ratio), slope * Self.logOddsSlope(chosen), -slope * Self.logOddsSlope(rejected))
      }
      return odds * share
        + PairLoss(loss: -pair.likelihood * likelihoodShare, likelihood: -likelihoodShare)
    }
  }

  public static let figureNames = ["nll_loss", "log_odds_ratio", "log_odds_chosen"]

  public func figures(_ batch: PreferenceBatch) -> [Metric] {
    let ratios = batch.pairs.map { pair in
      Self.logOddsRatio(
        pair.chosen.score / Double(pair.chosen.length), pair.rejected.score / Double(pair.rejected.length))
    }
    let pairs = Double(batch.pairCount)
    let values = [
      -batch.pairs.reduce(0) { $0 + $1.likelihood } / Double(batch.likelihoodTokens),
      ratios.reduce(0) { $0 + logSigmoid($1) } / pairs, ratios.reduce(0, +) / pairs,
    ]
    return zip(Self.figureNames, values).map { Metric($0, $1) }
  }

  private static func logOddsRatio(_ chosen: Double, _ rejected: Double) -> Double {
    logOdds(chosen) - logOdds(rejected)
  }

  /// `x - log(1 - e^x)`, where certainty counts as one Float32 step away from it.
  private static func logOdds(_ x: Double) -> Double {
    let x = bounded(x)
    return x - (x < -log(2) ? log1p(-exp(x)) : log(-expm1(x)))
  }

  private static func logOddsSlope(_ x: Double) -> Double { -1 / expm1(bounded(x)) }

  private static func bounded(_ x: Double) -> Double { min(x, -Double(Float.ulpOfOne)) }
}
