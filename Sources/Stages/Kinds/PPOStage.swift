import Alignment
import LanguageModels
import Pipeline

/// Proximal policy optimisation against a reward model.
enum PPOStage: StageKind {
  struct Configuration: Configurable {
    var training = TrainingOptions(learningRate: 3e-6)
    var ppo = PPOOptions()
    var data = DataOptions()
    var watchdogs = Watchdogs()
    var transforms = SamplingTransforms()

    init() {
      training.epochs = 1
      data.onOverlong = .error
    }

    static var fields: [Field<Self>] {
      [
        .group(\.ppo), .object("watchdogs", \.watchdogs, "Limits on figures, and what happens beyond."),
        .group(\.transforms), .group(\.data),
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
    var problems = configuration.training.problems(
      hasValidation: false, usualEpochs: Configuration().training.epochs)
    problems += configuration.training.lora.problems(reference: connected.contains("reference"))
    problems += configuration.training.lora.problemsOfSampling()
    problems += configuration.ppo.problems(batchSize: configuration.training.batchSize)
    problems += configuration.watchdogs.problems(silent: configuration.ppo.silentFigures())
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
    DataAudit.prompts(
      inputs, ports: ["prompts"], options: configuration.data,
      room: AnswerRoom(answer: configuration.ppo.responseLength, key: "response_length"),
      models: ModelAudit(inputs, lora: configuration.training.lora, data: configuration.data))
  }

  static func estimate(_ configuration: Configuration, inputs: [StageInput]) -> ResourceEstimate? {
    let (training, ppo) = (configuration.training, configuration.ppo)
    return MemoryEstimate.online(
      MemoryEstimate.Online(
        training: training, data: configuration.data, answerLength: ppo.responseLength,
        lengthKey: "response_length", slots: training.batchSize, promptsAtATime: training.batchSize,
        miniBatch: (training.batchSize + ppo.miniBatches - 1) / ppo.miniBatches, needsReference: true,
        canRollBack: configuration.watchdogs.canRollBack, trainsValues: true), inputs)
  }

  static func metricNames(_ configuration: Configuration, connected: Set<String>) -> [String]? {
    PPOTrainer.metricNames(configuration.ppo) + ["watchdog/crossings", "watchdog/rollbacks"]
  }

  static func run(_ configuration: Configuration, in context: StageContext) throws {
    let training = try OnlineTraining(context, configuration.data, configuration.training)
    let rewardModel = try context.required("reward_model").loadRewardModel(
      workspace: training.workspace, residency: .byPhase)
    let valueModel = try (context.input("value_model") ?? context.required("reward_model"))
      .loadRewardModel(
        workspace: training.workspace, copies: TrainingOptions.trainedCopies, adapters: .merged
      ).model
    let trainer = try PPOTrainer(
      policy: training.policy, reference: try training.makeReference(), rewardModel: rewardModel,
      valueModel: valueModel, options: configuration.training, ppo: configuration.ppo,
      workspace: training.workspace)
    try training.run(
      trainer, configuration.training, sampling: trainer.sampling, watchdogs: configuration.watchdogs,
      totalEpisodes: configuration.ppo.totalEpisodes, unit: "updates",
      shown: ["objective/scores", "objective/kl"])
  }
}
