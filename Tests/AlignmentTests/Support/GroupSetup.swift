import Alignment
import Compute
import DataLoading
import LanguageModels
import TestSupport

/// A small group training on seeded prompts and a reward that looks at ids only.
struct GroupSetup {
  struct LowIds: RewardFunction {
    let name = "low_ids"
    func rewards(of answers: [JudgedAnswer]) -> [Double] {
      answers.map { answer in
        Double(answer.completion.count { $0 < 200 }) / Double(answer.completion.count)
      }
    }
  }

  var training = TrainingOptions(learningRate: 1e-3)
  var group = GroupOptions(generations: 4, beta: 0.05)
  var objective: any GroupObjective = GroupRelativeLoss()
  var watchdogs = Watchdogs()
  var threads = 2
  var prompts = 4

  init() {
    training.batchSize = 8
    training.maximumSteps = 2
    group.maximumCompletionLength = 10
  }

  struct Outcome {
    var weights: [Float]
    var answers: [[Int32]]
    var report: WatchdogReport
  }

  @discardableResult
  func run(observer: any TrainingObserver = SilentObserver()) throws -> Outcome {
    let policy = try TrainingKind.loadModel(.vocabulary)
    var rows = SeededRows(policy, seed: 9)
    let prompts = (0..<self.prompts).map { rows.prompt(line: $0 + 1) }
    let workspace = Workspace(threads: threads)
    let trainer = try GroupTrainer(
      policy: policy, reference: policy.copy(), rewards: WeightedRewards([.init(LowIds())]),
      objective: objective, options: training, group: group, workspace: workspace)
    let loop = RolloutLoop(
      training, sampling: trainer.sampling, watchdogs: watchdogs, workspace: workspace, observer: observer)
    var answers: [[Int32]] = []
    let report = try loop.run(trainer, on: prompts) { answers += $0.map { $0.query + $0.response } }
    return Outcome(weights: policy.parameters.values.copy(), answers: answers, report: report)
  }
}
