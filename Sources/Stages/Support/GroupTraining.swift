import Alignment
import DataLoading
import Diagnostics
import LanguageModels
import Pipeline

/// A stage that learns from groups of answers: how it is configured and run, whatever its objective.
struct GroupTraining<Objective: GroupObjective & Configurable>: Configurable {
  var training = TrainingOptions(learningRate: 1e-6)
  var group = Objective.defaultOptions
  var objective = Objective()
  var rewards = RewardOptions()
  var watchdogs = Watchdogs()
  var transforms = SamplingTransforms()
  var data = DataOptions()

  init() {
    training.epochs = 1
    data.onOverlong = .error
  }

  static var fields: [Field<Self>] {
    [
      .group(\.rewards), .group(\.group), .group(\.objective),
      .object("watchdogs", \.watchdogs, "Limits on figures, and what happens beyond."),
      .group(\.transforms), .group(\.data),
      .group(\.training, except: TrainingOptions.validationKeys.union(["logging_steps"])),
    ]
  }

  func problems(connected: Set<String>) -> [ConfigurationProblem] {
    training.problems(hasValidation: false, usualEpochs: Self().training.epochs)
      + training.lora.problemsOfSampling()
      + training.lora.problems(reference: connected.contains("reference") || group.beta == 0)
      + rewards.problems(connected: connected)
      + group.problems(batchSize: training.batchSize, connected: connected)
      + watchdogs.problems(silent: group.silentFigures())
  }

  func audit(_ inputs: [StageInput]) -> StageAudit {
    DataAudit.prompts(
      inputs, ports: ["prompts"], options: data,
      room: AnswerRoom(answer: group.maximumCompletionLength, key: "max_completion_length"),
      models: ModelAudit(inputs, lora: training.lora, data: data))
  }

  func estimate(_ inputs: [StageInput]) -> ResourceEstimate? {
    let groups = max(1, training.batchSize / max(1, group.generations))
    return MemoryEstimate.online(
      MemoryEstimate.Online(
        training: training, data: data, answerLength: group.maximumCompletionLength,
        lengthKey: "max_completion_length", slots: training.batchSize, promptsAtATime: groups,
        miniBatch: training.batchSize, needsReference: group.beta > 0,
        canRollBack: watchdogs.canRollBack, trainsValues: false), inputs)
  }

  func run(in context: StageContext) throws {
    let online = try OnlineTraining(context, data, training)
    if rewards.judge.exactMatch != nil { try online.prompts.requireAnswers(file: "prompts") }
    let rewardModel = try context.input("reward_model")?.loadRewardModel(
      workspace: online.workspace, residency: .byPhase)
    if let rewardModel, rewardModel.model.tokenizer.fingerprint != online.policy.tokenizer.fingerprint {
      throw Diagnostic(
        .tokenizerMismatch,
        "the tokenizer of `reward_model` differs from the policy's: its scores would be noise",
        hint: "train both from the same base model")
    }
    let trainer = try GroupTrainer(
      policy: online.policy, reference: group.beta == 0 ? nil : try online.makeReference(),
      rewards: try rewards.makeRewards(model: rewardModel, workspace: online.workspace),
      objective: objective, options: training, group: group, workspace: online.workspace)
    try online.run(
      trainer, training, sampling: trainer.sampling, watchdogs: watchdogs, unit: "steps",
      shown: ["reward", "kl", "completions/mean_length"])
  }
}

extension [TokenizedPrompt] {
  /// - Throws: `Diagnostic` for a prompt whose row does not say what the right answer is.
  func requireAnswers(file: String) throws {
    guard let open = first(where: { $0.answer == nil }) else { return }
    throw Diagnostic(
      .missingAnswer,
      "the judge compares with the right answer, but the row of line \(open.line) of `\(file)` gives none",
      hint:
        "rows must be {\"prompt\", \"answer\"}, {\"question\", \"answer\"} or {\"prompt\", \"completion\"}")
  }
}

extension DiagnosticCode {
  static let missingAnswer = DiagnosticCode("E509", "a prompt's row does not give the right answer")
}

/// The ports of the kinds that learn from groups of answers.
enum GroupPorts {
  static let inputs = [
    InputPort("model", [.model], summary: "Policy to start from."),
    InputPort("prompts", [.prompts, .demonstrations, .preferences], summary: "What to answer."),
    InputPort("reward_model", [.rewardModel], .optional, summary: "Scores the answers."),
    InputPort("reference", [.model], .optional, summary: "Model to stay close to; `model` if not given."),
  ]
  static let outputs = [
    OutputPort("model", .model, summary: "The aligned model."),
    OutputPort(
      "rollouts", .completions, summary: "The last batch of answers with their rewards, JSON Lines."),
  ]
}
