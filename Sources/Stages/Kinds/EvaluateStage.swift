import Alignment
import Compute
import Diagnostics
import JSONText
import LanguageModels
import Pipeline

/// Compares models side by side: likelihood of held-out text, rewards, divergence, win rates, answers to read.
enum EvaluateStage: StageKind {
  struct Configuration: Configurable {
    var maximumNewTokens = 64
    var temperature = 0.7
    var topK = 0
    var topP = 1.0
    var seed: UInt64 = 42
    /// Prompts whose answers the report shows.
    var samples = 4
    /// The model that divergences and the alignment tax are measured from; the first if nil.
    var baseline: String?
    var judge = JudgeOptions()
    var data = DataOptions()

    /// Whether answers are samples of what the models say, with no token left out: a divergence can be estimated.
    var samplesWholeDistribution: Bool { temperature > 0 && topK == 0 && topP == 1 }

    /// Keys of sampling that are not at their defaults.
    fileprivate var samplingKeys: [String] {
      let defaults = Self()
      let keys = [
        ("max_new_tokens", maximumNewTokens != defaults.maximumNewTokens),
        ("temperature", temperature != defaults.temperature), ("top_k", topK != defaults.topK),
        ("top_p", topP != defaults.topP), ("seed", seed != defaults.seed),
        ("samples", samples != defaults.samples),
      ]
      return keys.filter(\.1).map(\.0)
    }

    static var fields: [Field<Self>] {
      [
        .integer("max_new_tokens", \.maximumNewTokens, in: 1...1_048_576, "Most tokens of an answer."),
        .number(
          "temperature", \.temperature, in: 0...100, "Divides the logits; 0 takes the likeliest token."),
        .integer("top_k", \.topK, in: 0...1_000_000_000, "Keep only the likeliest tokens; 0 keeps all."),
        .number("top_p", \.topP, in: .leastNonzeroMagnitude...1, "Keep tokens up to this probability."),
        .value("seed", \.seed, .seed, "Seed of sampling."),
        .integer("samples", \.samples, in: 0...1_000, "Prompts whose answers the report shows."),
        .optional(
          "baseline", \.baseline, .string,
          "Model that divergences and the alignment tax are measured from; the first if null."),
        .object("judge", \.judge, "Rules that a good answer satisfies."),
        .group(\.data),
      ]
    }
  }

  static let name = "evaluate"
  static let version = 1
  static let summary = "Compares models: loss, reward, divergence, win rates, samples."
  static let inputs = [
    InputPort("models", [.model], .named, summary: "Models to compare, by name."),
    InputPort("reward_model", [.rewardModel], .optional, summary: "Scores the answers."),
    InputPort("data", [.demonstrations], .optional, summary: "Held-out rows for loss and perplexity."),
    InputPort(
      "prompts", [.prompts, .demonstrations, .preferences], .optional, summary: "Held-out prompts to answer."),
    InputPort("corpus", [.text], .optional, summary: "Text whose perplexity shows what alignment cost."),
  ]
  static let outputs = [OutputPort("report", .report, summary: "report.json and report.txt.")]

  static func problems(in configuration: Configuration, connected: Set<String>) -> [ConfigurationProblem] {
    var problems = configuration.judge.problems
    if let baseline = configuration.baseline, !connected.contains("models.\(baseline)") {
      let names = connected.compactMap { $0.hasPrefix("models.") ? String($0.dropFirst(7)) : nil }.sorted()
      problems.append(
        ConfigurationProblem(
          key: "baseline", "is \"\(baseline)\", which is none of the models",
          hint: nearestName(to: baseline, among: names).map { "did you mean \"\($0)\"?" }
            ?? "the models are: \(names.joined(separator: ", "))"))
    }
    if configuration.baseline != nil, connected.count(where: { $0.hasPrefix("models.") }) == 1 {
      problems.append(ConfigurationProblem(key: "baseline", "has no effect with one model"))
    }
    if configuration.temperature > 0, configuration.temperature < 0.01 {
      problems.append(
        ConfigurationProblem(key: "temperature", "must be 0, for the likeliest token, or at least 0.01"))
    }
    if configuration.temperature == 0, configuration.topK > 0 || configuration.topP < 1 {
      problems.append(
        ConfigurationProblem(
          key: configuration.topK > 0 ? "top_k" : "top_p", "has no effect with `temperature: 0`"))
    }
    if !connected.contains("prompts") {
      if connected.contains("reward_model") {
        problems.append(
          ConfigurationProblem(key: "reward_model", "has no effect without `prompts` to answer"))
      }
      if configuration.judge.isDeclared {
        problems.append(ConfigurationProblem(key: "judge", "has no effect without `prompts` to answer"))
      }
      problems += configuration.samplingKeys.map {
        ConfigurationProblem(key: $0, "has no effect without `prompts` to answer")
      }
    }
    if connected.isDisjoint(with: ["prompts", "data", "corpus"]) {
      problems.append(
        ConfigurationProblem(key: "kind", "evaluate needs `prompts`, `data` or `corpus` to measure on"))
    }
    return problems
  }

  static func audit(_ configuration: Configuration, inputs: [StageInput]) -> StageAudit {
    let models = ModelAudit(inputs, data: configuration.data)
    var audit = DataAudit.demonstrations(
      inputs, ports: ["data"], options: configuration.data, models: models)
    audit.add(
      DataAudit.prompts(
        inputs, ports: ["prompts"], options: configuration.data,
        room: AnswerRoom(answer: configuration.maximumNewTokens, key: "max_new_tokens"), models: models))
    audit.add(DataAudit.texts(inputs, ports: ["corpus"], models: models))
    return audit
  }

  static func estimate(_ configuration: Configuration, inputs: [StageInput]) -> ResourceEstimate? {
    MemoryEstimate.evaluation(configuration, inputs)
  }

  static func metricNames(_ configuration: Configuration, connected: Set<String>) -> [String]? {
    let models = connected.compactMap { $0.hasPrefix("models.") ? String($0.dropFirst(7)) : nil }.sorted()
    return EvaluationReport.metricNames(configuration, models: models, connected: connected)
  }

  static func run(_ configuration: Configuration, in context: StageContext) throws {
    let report = try Evaluation(configuration, context).run()
    if let metric = report.metrics.first(where: { !$0.value.isFinite }) {
      throw Diagnostic(
        .nonFiniteLoss, "\(metric.name) is \(metric.value)", hint: "a model of the stage is broken")
    }
    for metric in report.metrics { context.events.metric(metric.name, step: 0, value: metric.value) }
    try report.write(to: context.output("report"))
  }
}
