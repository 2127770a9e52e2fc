import Alignment
import Diagnostics
import Foundation
import JSONText
import LanguageModels
import Pipeline

/// Proximal policy optimisation against a reward model.
enum PPOStage: StageKind {
  struct Configuration: Configurable {
    var training = TrainingOptions(learningRate: 3e-6)
    var ppo = PPOOptions()
    var data = DataOptions()

    init() {
      training.epochs = 1
      data.onOverlong = .error
    }

    static var fields: [Field<Self>] {
      [
        .group(\.ppo), .group(\.data),
        .group(\.training, except: TrainingOptions.validationKeys.union(["logging_steps"])),
      ]
    }
  }

  static let name = "ppo"
  static let version = 1
  static let summary = "Aligns a language model to a reward model by reinforcement learning."
  static let inputs = [
    InputPort("model", [.model], summary: "Policy to start from."),
    InputPort("reward_model", [.rewardModel], summary: "Scores the answers."),
    InputPort("prompts", [.prompts, .demonstrations, .preferences], summary: "What to answer."),
    InputPort("reference", [.model], .optional, summary: "Model to stay close to; `model` if not given."),
    InputPort(
      "value_model", [.rewardModel], .optional, summary: "Where values start; `reward_model` if not given."),
  ]
  static let outputs = [
    OutputPort("model", .model, summary: "The aligned model."),
    OutputPort("rollouts", .completions, summary: "The last update's answers with their scores, JSON Lines."),
  ]

  static func problems(in configuration: Configuration, connected: Set<String>) -> [ConfigurationProblem] {
    var problems = configuration.training.problems(hasValidation: false)
    problems += configuration.ppo.problems(batchSize: configuration.training.batchSize)
    if configuration.ppo.conventions == .trl, configuration.training.maximumGradientNorm != 1 {
      problems.append(
        ConfigurationProblem(
          key: "max_grad_norm", "has no effect with `conventions: trl`, which does not clip gradients"))
    }
    if configuration.ppo.totalEpisodes > 0, configuration.training.maximumSteps > 0 {
      problems.append(ConfigurationProblem(key: "total_episodes", "has no effect beside `max_steps`"))
    }
    if configuration.ppo.totalEpisodes > 0, configuration.training.epochs != 1 {
      problems.append(
        ConfigurationProblem(key: "num_train_epochs", "has no effect beside `total_episodes`"))
    }
    return problems
  }

  static func audit(_ configuration: Configuration, inputs: [StageInput]) -> StageAudit {
    DataAudit.prompts(inputs, ports: ["prompts"], options: configuration.data)
  }

  static func run(_ configuration: Configuration, in context: StageContext) throws {
    let workspace = context.makeWorkspace()
    let policy = try context.loadModel("model", head: .vocabulary, training: true)
    let reference = try context.input("reference")?.loadModel(head: .vocabulary) ?? policy.copy()
    let rewardModel = try context.required("reward_model").loadRewardModel(workspace: workspace)
    let valueModel =
      try context.input("value_model")?.loadRewardModel(workspace: workspace, copies: 4).model
      ?? rewardModel.model.copy()
    let data = StageData(
      context, configuration.data, policy.tokenizer, maximumLength: policy.architecture.maximumPositions)
    let prompts = try data.prompts("prompts")
    let observer = StageObserver(
      context: context, unit: "updates", shown: ["objective/scores", "objective/kl"])
    let trainer = try PPOTrainer(
      policy: policy, reference: reference, rewardModel: rewardModel, valueModel: valueModel,
      options: configuration.training, ppo: configuration.ppo, workspace: workspace, observer: observer)
    var last: [Rollout] = []
    try trainer.run(prompts) { last = $0 }
    data.describe("model")
    try policy.save(to: context.output("model"))
    try write(last, policy, configuration.ppo, to: context.output("rollouts"))
  }

  /// One line per answer: texts, the ids that were scored, the score and the KL estimate.
  private static func write(
    _ rollouts: [Rollout], _ policy: LanguageModel, _ options: PPOOptions, to file: URL
  ) throws {
    let lines = rollouts.map { rollout -> String in
      let answer = rollout.endsWithEOS ? rollout.response[..<(rollout.length - 1)] : rollout.response[...]
      let json: JSON = [
        "prompt": .string(policy.tokenizer.decode(rollout.query)),
        "completion": .string(policy.tokenizer.decode(Array(answer))),
        "reward": .number(rollout.score), "kl": .number(rollout.divergence(options.klEstimator)),
        "ids": .array(rollout.scoredText.map { .integer(Int($0)) }),
      ]
      return json.compact + "\n"
    }
    try Data(lines.joined().utf8).write(to: file)
  }
}
