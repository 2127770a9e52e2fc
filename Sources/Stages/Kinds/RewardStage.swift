import Alignment
import LanguageModels
import Pipeline

/// Trains a reward model on ranked answers.
enum RewardStage: StageKind {
  struct Configuration: Configurable {
    var training = TrainingOptions(learningRate: 1e-4)
    var data = DataOptions()
    var centering = 0.0

    init() { data.onOverlong = .drop }

    static var fields: [Field<Self>] {
      [
        .number(
          "center_rewards_coefficient", \.centering, in: 0...1e6, "Pulls the sum of a pair's rewards to 0."),
        .group(\.data), .group(\.training),
      ]
    }
  }

  static let name = "reward"
  static let version = 2
  static let summary = "Trains a reward model on ranked answers."
  static let inputs = [
    InputPort("model", [.model, .rewardModel], summary: "Model to start from."),
    InputPort("data", [.preferences], summary: "Answers ordered by preference."),
    InputPort("validation", [.preferences], .optional, summary: "Rows to measure on."),
  ]
  static let outputs = [
    OutputPort("reward_model", .rewardModel, summary: "A sequence classifier with one score.")
  ]

  static func problems(in configuration: Configuration, connected: Set<String>) -> [ConfigurationProblem] {
    configuration.training.problems(hasValidation: connected.contains("validation"))
  }

  static func audit(_ configuration: Configuration, inputs: [StageInput]) -> StageAudit {
    DataAudit.rankings(inputs, ports: ["data", "validation"], options: configuration.data)
  }

  static func run(_ configuration: Configuration, in context: StageContext) throws {
    let workspace = context.makeWorkspace()
    let model = try context.loadModel(
      "model", head: .scalar, seed: configuration.training.seed, training: true)
    let data = StageData(
      context, configuration.data, model.tokenizer, maximumLength: model.architecture.maximumPositions)
    let objective = RewardObjective(
      model: model, workspace: workspace,
      examples: try data.rankings("data"),
      validation: try data.rankings("validation"),
      loss: PairwiseRewardLoss(centering: configuration.centering))
    let observer = StageObserver(context: context, unit: "steps", shown: ["loss", "accuracy"])
    try Trainer(configuration.training, model: model, workspace: workspace, observer: observer).run(objective)
    data.describe("reward_model")
    let record = RewardRecord(probes: RewardModel.makeProbes(model, workspace: workspace))
    try RewardModel(model, record: record).save(to: context.output("reward_model"))
  }
}
