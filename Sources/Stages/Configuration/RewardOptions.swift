import Alignment
import Compute
import LanguageModels
import Pipeline

/// What answers are rewarded for: a judge's verdicts, a reward model, and how much each counts.
struct RewardOptions: Configurable, Hashable {
  var judge = JudgeOptions()
  var weights: [String: Double] = [:]

  static var fields: [Field<Self>] {
    [
      .object("judge", \.judge, "What a good answer is: rules, the right result, a length."),
      .map(
        "reward_weights", \.weights, of: .number(),
        "Weights by name: reward_model, rules, exact_match, length; 1 each if not given."),
    ]
  }

  /// Names of the rewards that are declared.
  ///
  /// - Parameter connected: the stage's ports.
  func names(connected: Set<String>) -> [String] {
    (connected.contains("reward_model") ? ["reward_model"] : []) + functions().map(\.name)
      + (judge.hasRules ? ["rules"] : [])
  }

  func problems(connected: Set<String>) -> [ConfigurationProblem] {
    var problems = judge.problems
    let names = names(connected: connected)
    if names.isEmpty, problems.isEmpty {
      problems.append(
        ConfigurationProblem(
          key: "judge", "or `reward_model` must say what a good answer is",
          hint: "such as `judge: {exact_match: {marker: \"####\"}}`"))
    }
    for name in weights.keys.sorted() where !names.contains(name) {
      problems.append(
        ConfigurationProblem(
          key: "reward_weights.\(name)", "has no effect: no reward of that name is declared",
          hint: names.isEmpty ? nil : "declared: \(names.joined(separator: ", "))"))
    }
    return problems
  }

  /// - Throws: `Diagnostic` for a pattern that cannot be read.
  func makeRewards(model: RewardModel?, workspace: Workspace) throws -> WeightedRewards {
    var all: [any RewardFunction] = model.map { [ModelReward($0, workspace: workspace)] } ?? []
    all += functions()
    if judge.hasRules { all.append(RuleReward(try judge.makeJudge())) }
    return WeightedRewards(all.map { .init($0, weight: weights[$0.name] ?? 1) })
  }

  /// The judge's rewards beside its rules.
  private func functions() -> [any RewardFunction] {
    let exact = judge.exactMatch.map { [$0.reward as any RewardFunction] } ?? []
    return exact + (judge.length?.reward.map { [$0 as any RewardFunction] } ?? [])
  }
}
