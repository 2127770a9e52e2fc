import Compute
import LanguageModels

/// The score of a reward model, on the scale kept with it.
public struct ModelReward: RewardFunction {
  private let model: RewardModel
  private let workspace: Workspace

  public init(_ model: RewardModel, workspace: Workspace) {
    self.model = model
    self.workspace = workspace
  }

  public var name: String { "reward_model" }
  public var readers: [LanguageModel] { [model.model] }

  public func rewards(of answers: [JudgedAnswer]) throws -> [Double] {
    try model.model.whileResident(in: workspace) {
      model.scores(answers.map(\.ids), workspace: workspace).map(Double.init)
    }
  }
}
