import Compute
import DataLoading
import LanguageModels

/// Reward-model training on ranked answers: one score after the last token of prompt and answer.
///
/// Metrics (TRL's names): `loss`; `min_reward`, `mean_reward`, `max_reward` over both sides of all pairs;
/// `accuracy`, the share of pairs whose better answer scores higher (ties count as wrong); `margin`, the mean of
/// `r_w - r_l`. Validation adds accuracies by margin and by length and the
/// calibration error, as `RankingFigures` defines them. Rewards are raw.
public final class RewardObjective: TrainingObjective {
  private let model: LanguageModel
  private let workspace: Workspace
  private let examples: [TokenizedRanking]
  private let validation: [TokenizedRanking]
  private let loss: RankingLoss

  public init(
    model: LanguageModel, workspace: Workspace, examples: [TokenizedRanking],
    validation: [TokenizedRanking] = [], loss: RankingLoss = RankingLoss()
  ) {
    self.model = model
    self.workspace = workspace
    self.examples = examples
    self.validation = validation
    self.loss = loss
  }

  /// Rows that are validated or scored at a time.
  public static let rowsScored = 16
  /// Names of what every step and validation measure.
  public static let figures = ["loss", "min_reward", "mean_reward", "max_reward", "accuracy", "margin"]
  /// Names of what validation adds; accuracies by quarters need four pairs.
  public static let analysisFigures =
    ["ece"] + ["margin", "length"].flatMap { name in (1...4).map { "accuracy_\(name)_q\($0)" } }

  public var exampleCount: Int { examples.count }

  public func accumulate(_ indices: [Int], microBatchSize: Int, statistics: Bool) throws -> [Metric] {
    let rankings = indices.map { examples[$0] }
    var figures = RankingFigures()
    for part in rankings.parts(of: microBatchSize) {
      figures.add(try run(part, share: 1 / Double(rankings.count), recording: true))
    }
    return [Metric("loss", figures.loss)] + (statistics ? figures.metrics : [])
  }

  public func tokenCount(of indices: [Int]) -> Int {
    indices.reduce(0) { $0 + examples[$1].candidates.reduce(0) { $0 + $1.ids.count } }
  }

  public func evaluate() throws -> [Metric] {
    guard !validation.isEmpty else { return [] }
    var figures = RankingFigures()
    for part in validation.parts(of: Self.rowsScored) {
      figures.add(try run(part, share: 1 / Double(validation.count), recording: false))
    }
    return [Metric("loss", figures.loss)] + figures.metrics + figures.analysis
  }

  /// - Parameter share: weight of each ranking in the loss.
  private func run(_ rankings: ArraySlice<TokenizedRanking>, share: Double, recording: Bool) throws
    -> RankingFigures
  {
    let tape = Tape(model.parameters, workspace: workspace, recording: recording)
    let hidden = model.lastHiddenStates(rankings.lazy.flatMap(\.candidates).map(\.ids), tape)
    let head = tape.scalarHead(hidden, model.scoreWeight)
    var figures = RankingFigures()
    var gradient: [Float] = []
    var start = 0
    for ranking in rankings {
      let rewards = Array(head.values[start..<start + ranking.candidates.count])
      let result = loss(rewards, ranks: ranking.ranks, margin: ranking.margin ?? 0)
      figures.add(rewards, ranking, loss: result.loss * share)
      gradient += result.gradient.map { Float($0 * share) }
      start += rewards.count
    }
    if recording {
      head.gradient = gradient
      tape.backward()
    }
    workspace.arena.reset()
    return figures
  }
}
