import Alignment
import Compute
import DataLoading
import Diagnostics
import Foundation
import LanguageModels
import Pipeline
import Tokenization

/// One run of the evaluate stage: models are loaded one after the other, the baseline stays.
///
/// That all models read the same tokens and have room for the answers is the audit's to see.
struct Evaluation {
  private let configuration: EvaluateStage.Configuration
  private let context: StageContext
  private let workspace: Workspace
  private let judge: RuleJudge?

  init(_ configuration: EvaluateStage.Configuration, _ context: StageContext) throws {
    self.configuration = configuration
    self.context = context
    workspace = context.makeWorkspace()
    judge = configuration.judge.hasRules ? try configuration.judge.makeJudge() : nil
  }

  /// What all models are measured on, read once.
  private struct Material {
    var rows: [TokenizedSequence] = []
    var corpus: [TokenizedSequence] = []
    var prompts: [TokenizedPrompt] = []
  }

  func run() throws -> EvaluationReport {
    let inputs = context.inputs("models")
    let names = inputs.map { $0.name ?? $0.label }
    let baselineName = configuration.baseline ?? names.first ?? ""
    guard let baselineIndex = names.firstIndex(of: baselineName) else {
      throw Diagnostic(
        .unknownBaseline, "baseline is \"\(baselineName)\"; the models are \(names.joined(separator: ", "))")
    }
    let baseline = try inputs[baselineIndex].loadModel(head: .vocabulary)
    let material = try read(for: baseline)
    var results: [EvaluatedModel] = []
    for (index, input) in inputs.enumerated() {
      try context.cancellation.check()
      let model = index == baselineIndex ? baseline : try input.loadModel(head: .vocabulary)
      results.append(
        try measure(
          model, name: names[index], on: material, baseline: index == baselineIndex ? nil : baseline))
      context.events.progress(
        StageProgress(done: index + 1, total: inputs.count + 1, unit: "models", note: names[index]))
    }
    if let input = context.input("reward_model") { try score(&results, with: input) }
    if let reference = results[baselineIndex].corpusLoss {
      for index in results.indices where index != baselineIndex {
        results[index].alignmentTax = results[index].corpusLoss.map { exp($0 - reference) - 1 }
      }
    }
    return EvaluationReport(
      models: results, baseline: baselineName, configuration: configuration,
      prompts: material.prompts.map(\.text), hasJudge: judge != nil)
  }

  private func read(for model: LanguageModel) throws -> Material {
    let data = StageData(
      context, configuration.data, model.tokenizer, maximumLength: model.architecture.maximumPositions)
    let material = Material(
      rows: try data.demonstrations("data"),
      corpus: try data.packedText(
        "corpus", length: min(configuration.data.maximumLength, model.architecture.maximumPositions),
        documentSeparator: "\n\n"),
      prompts: try data.prompts("prompts"))
    if configuration.judge.exactMatch != nil { try material.prompts.requireAnswers(file: "prompts") }
    data.describe("report")
    return material
  }

  private func measure(
    _ model: LanguageModel, name: String, on material: Material, baseline: LanguageModel?
  ) throws -> EvaluatedModel {
    var result = EvaluatedModel(name: name)
    if !material.rows.isEmpty { result.loss = model.heldOutLoss(material.rows, workspace: workspace) }
    if !material.corpus.isEmpty {
      result.corpusLoss = model.heldOutLoss(material.corpus, workspace: workspace)
    }
    if !material.prompts.isEmpty {
      let answers = SampledAnswers(
        model, prompts: material.prompts.map(\.ids),
        options: GenerationOptions(
          maximumTokens: configuration.maximumNewTokens, temperature: configuration.temperature,
          topK: configuration.topK, topP: configuration.topP, seed: configuration.seed),
        workspace: workspace)
      result.answers = answers
      judge(answers, to: material.prompts, into: &result)
      // An estimate from samples holds only where they are drawn from the whole distribution.
      if let baseline, configuration.samplesWholeDistribution {
        result.divergence = model.divergence(
          from: baseline, on: answers.answers, temperature: configuration.temperature, workspace: workspace)
      }
    }
    return result
  }

  private func judge(
    _ answers: SampledAnswers, to prompts: [TokenizedPrompt], into result: inout EvaluatedModel
  ) {
    result.verdicts = judge.map { judge in answers.answers.map { judge.judge($0.text) } } ?? []
    let judged = zip(answers.answers, prompts).map { answer, prompt in
      JudgedAnswer(
        ids: answer.prompt + answer.ids, completion: answer.ids, text: answer.text, expected: prompt.answer)
    }
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(1, values.count)) }
    result.exactMatch = configuration.judge.exactMatch.map { mean($0.reward.rewards(of: judged)) }
    result.lengthReward = configuration.judge.length?.reward.map { mean($0.rewards(of: judged)) }
  }

  private func score(_ results: inout [EvaluatedModel], with input: StageInput) throws {
    let rewardModel = try input.loadRewardModel(workspace: workspace)
    for index in results.indices {
      try context.cancellation.check()
      let texts = results[index].answers?.answers.map { $0.prompt + $0.ids } ?? []
      results[index].rewards = rewardModel.scores(texts, workspace: workspace).map(Double.init)
    }
  }
}

extension DiagnosticCode {
  static let unknownBaseline = DiagnosticCode("E507", "the baseline is none of the evaluated models")
}
