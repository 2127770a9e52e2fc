import Alignment
import Compute
import DataLoading
import Diagnostics
import JSONText
import LanguageModels
import Pipeline

/// Trains a reward model on ranked answers.
enum RewardStage: StageKind {
  struct Configuration: Configurable {
    var training = TrainingOptions(learningRate: 1e-4)
    var data = DataOptions()
    var ranking = RankingLossType.pairwise
    var centering = 0.0
    var isNormalized = false

    init() { data.onOverlong = .drop }

    static var fields: [Field<Self>] {
      [
        .choice("ranking_loss", \.ranking, "Mean over the pairs of a row, or likelihood of its whole order."),
        .number(
          "center_rewards_coefficient", \.centering, in: 0...1e6, "Pulls the sum of a pair's rewards to 0."),
        .boolean(
          "normalize_rewards", \.isNormalized,
          "Bring rewards to mean 0 and deviation 1 on reference answers, wherever they are used."),
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
    InputPort(
      "reference_data", [.demonstrations, .preferences], .optional,
      summary: "Answers (the best of each row) that rewards are normalised on; those of `data` if not given."),
  ]
  static let outputs = [
    OutputPort("reward_model", .rewardModel, summary: "A sequence classifier with one score.")
  ]

  static func problems(in configuration: Configuration, connected: Set<String>) -> [ConfigurationProblem] {
    var problems = configuration.training.problems(
      hasValidation: connected.contains("validation"),
      figures: RewardObjective.figures + RewardObjective.analysisFigures)
    if connected.contains("reference_data"), !configuration.isNormalized {
      problems.append(
        ConfigurationProblem(key: "reference_data", "has no effect without `normalize_rewards: true`"))
    }
    return problems
  }

  static func audit(_ configuration: Configuration, inputs: [StageInput]) -> StageAudit {
    let models = ModelAudit(inputs, lora: configuration.training.lora)
    var audit = DataAudit.rankings(
      inputs, ports: ["data", "validation"], options: configuration.data,
      readsMargins: configuration.ranking == .pairwise, models: models)
    let reference = inputs.filter { $0.port == "reference_data" }
    audit.add(
      DataAudit.rankings(
        reference.filter { $0.type == .preferences }, ports: ["reference_data"], options: configuration.data,
        models: models))
    audit.add(
      DataAudit.demonstrations(
        reference.filter { $0.type == .demonstrations }, ports: ["reference_data"],
        options: configuration.data, models: models))
    return audit
  }

  static func review(_ outputs: [StageInput]) -> [Diagnostic] { ModelAudit(outputs).diagnostics }

  static func estimate(_ configuration: Configuration, inputs: [StageInput]) -> ResourceEstimate? {
    MemoryEstimate.training(
      configuration.training, configuration.data, inputs, head: .scalar, rows: .rankings)
  }

  static func metricNames(_ configuration: Configuration, connected: Set<String>) -> [String]? {
    configuration.training.metricNames(
      RewardObjective.figures, heldOut: RewardObjective.analysisFigures,
      hasValidation: connected.contains("validation"))
  }

  static func run(_ configuration: Configuration, in context: StageContext) throws {
    let workspace = context.makeWorkspace(for: configuration.training)
    let model = try context.loadModel("model", head: .scalar, training: configuration.training)
    try check(model, in: context, workspace)
    try configuration.data.declareTemplate(of: model)
    let data = StageData(
      context, configuration.data, model.tokenizer, maximumLength: model.architecture.maximumPositions)
    let readsMargins = configuration.ranking == .pairwise
    let rankings = try data.rankings("data", readsMargins: readsMargins)
    let objective = RewardObjective(
      model: model, workspace: workspace, examples: rankings,
      validation: try data.rankings("validation", readsMargins: readsMargins),
      loss: RankingLoss(configuration.ranking, centering: configuration.centering))
    let reference = configuration.isNormalized ? try reference(data, in: context, or: rankings) : nil
    let observer = StageObserver(context: context, unit: "steps", shown: ["loss", "accuracy"])
    let figures = try Trainer(
      configuration.training, model: model, workspace: workspace, observer: observer
    ).run(objective)
    let record = RewardRecord(
      scale: try reference.map { try scale(model.scores($0, workspace: workspace)) },
      probes: RewardModel.makeProbes(model, workspace: workspace),
      validation: figures.isEmpty ? .null : .object(figures.map { JSON.Member($0.name, JSON($0.value)) }))
    if let suspicion = record.suspicion { context.events.log(.warning, "the reward model \(suspicion)") }
    data.describe("reward_model", model, beside: record.json.members ?? [])
    try RewardModel(model, record: record).save(to: context.output("reward_model"))
  }

  /// Compares a reward model that training goes on from with its probes.
  private static func check(_ model: LanguageModel, in context: StageContext, _ workspace: Workspace) throws {
    guard let input = context.input("model"), input.type == .rewardModel else { return }
    _ = try RewardModel(
      checking: model, directory: input.path, displayName: input.displayName, workspace: workspace)
  }

  /// Prompt and best answer of each row that rewards are to be normalised on.
  private static func reference(
    _ data: StageData, in context: StageContext, or rankings: [TokenizedRanking]
  ) throws -> [[Int32]] {
    guard let input = context.input("reference_data") else { return rankings.flatMap(\.best).map(\.ids) }
    return try input.type == .preferences
      ? data.rankings("reference_data").flatMap(\.best).map(\.ids)
      : data.demonstrations("reference_data").map(\.ids)
  }

  private static func scale(_ scores: [Float]) throws(Diagnostic) -> RewardScale {
    guard let scale = RewardScale(of: scores) else {
      throw Diagnostic(
        .equalRewards, "the \(scores.count) reference answers have no different rewards to be normalised by",
        hint: "give `reference_data` with more answers, or remove normalize_rewards")
    }
    return scale
  }
}

extension TokenizedRanking {
  /// The candidates that none is better than.
  fileprivate var best: [TokenizedSequence] { zip(candidates, ranks).filter { $1 == 0 }.map(\.0) }
}

extension DiagnosticCode {
  static let equalRewards = DiagnosticCode("E513", "rewards that do not differ cannot be normalised")
}
