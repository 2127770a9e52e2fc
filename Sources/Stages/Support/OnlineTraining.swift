import Alignment
import Compute
import DataLoading
import Foundation
import JSONText
import LanguageModels
import Pipeline

/// What the stages of online training share: prompts, the loop, and what they write.
struct OnlineTraining {
  let context: StageContext
  let policy: LanguageModel
  let workspace: Workspace
  let prompts: [TokenizedPrompt]
  private let data: StageData

  init(_ context: StageContext, _ options: DataOptions, _ training: TrainingOptions) throws {
    self.context = context
    workspace = context.makeWorkspace(for: training)
    policy = try context.loadModel("model", head: .vocabulary, training: training)
    try options.declareTemplate(of: policy)
    data = StageData(context, options, policy.tokenizer, maximumLength: policy.architecture.maximumPositions)
    prompts = try data.prompts("prompts")
  }

  /// The model of the port `reference`, or the policy as it starts.
  func makeReference() throws -> LanguageModel {
    if let reference = context.input("reference") {
      return try reference.loadModel(head: .vocabulary, residency: .byPhase)
    }
    // The start of an adapter lies in no file.
    guard policy.adaptation == nil else { return policy.copy() }
    return try context.required("model").loadModel(
      head: .vocabulary, adapters: .merged, residency: .byPhase)
  }

  /// Trains, and writes the outputs `model` and `rollouts`.
  ///
  /// - Parameter shown: figures worth showing while it runs.
  func run(
    _ update: any PolicyUpdate, _ options: TrainingOptions, sampling: RolloutSampling, watchdogs: Watchdogs,
    totalEpisodes: Int = 0, unit: String, shown: [String]
  ) throws {
    let loop = RolloutLoop(
      options, sampling: sampling, watchdogs: watchdogs, totalEpisodes: totalEpisodes, workspace: workspace,
      observer: StageObserver(context: context, unit: unit, shown: shown))
    var last: [Rollout] = []
    let report = try loop.run(update, on: prompts) { last = $0 }
    data.describe("model", policy, beside: report.facts)
    try policy.save(to: context.output("model"))
    try Data(last.map(line).joined().utf8).write(to: context.output("rollouts"))
  }

  /// One answer: texts, the ids that were scored, the reward and the KL estimate, in nats.
  private func line(_ rollout: Rollout) -> String {
    let tokenizer = policy.tokenizer
    let json: JSON = [
      "prompt": .string(tokenizer.decode(rollout.query)),
      "completion": .string(tokenizer.decode(rollout.answer)), "reward": .number(rollout.score),
      "kl": rollout.referenceLogProbabilities.isEmpty ? .null : .number(rollout.divergence(.k1)),
      "ids": .array(rollout.scoredText.map { .integer(Int($0)) }),
    ]
    return json.compact + "\n"
  }
}
