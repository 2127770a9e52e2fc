import Alignment
import Foundation
import JSONText

/// The result of an evaluation: figures of each model, comparisons, and answers to read.
struct EvaluationReport {
  let models: [EvaluatedModel]
  let baseline: String
  let configuration: EvaluateStage.Configuration
  let prompts: [String]
  let hasJudge: Bool

  func others(than model: EvaluatedModel) -> [EvaluatedModel] { models.filter { $0.name != model.name } }

  var metrics: [Metric] {
    models.flatMap { $0.metrics(baseline: baseline, others: others(than: $0)) }
  }

  /// Writes `report.json` for machines and `report.txt` for people.
  func write(to directory: URL) throws {
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    try Data(json.pretty.utf8).write(to: directory.appendingPathComponent("report.json"))
    try Data(text.utf8).write(to: directory.appendingPathComponent("report.txt"))
  }

  private var json: JSON {
    [
      "schema": "plumb.report/1", "baseline": .string(baseline), "prompts": .integer(prompts.count),
      "metrics": .object(metrics.map { JSON.Member($0.name, JSON($0.value)) }),
      "answers": .array(prompts.indices.map(answersJSON)),
    ]
  }

  private func answersJSON(_ index: Int) -> JSON {
    [
      "prompt": .string(prompts[index]),
      "models": .object(
        models.map { model in
          let answer = model.answers?.answers[index]
          return JSON.Member(
            model.name,
            [
              "text": JSON(answer?.text), "ended": JSON(answer?.ended),
              "reward": JSON(model.rewards.isEmpty ? nil : model.rewards[index]),
              "rules_satisfied": JSON(model.verdicts.isEmpty ? nil : model.verdicts[index].satisfied),
            ])
        }),
    ]
  }
}
