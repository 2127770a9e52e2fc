import Alignment
import Compute
import Diagnostics
import Foundation
import LanguageModels
import Pipeline
import Tokenization

/// One run of the evaluate stage: models are loaded one after the other, the baseline stays.
struct Evaluation {
  private let configuration: EvaluateStage.Configuration
  private let context: StageContext
  private let workspace: Workspace
  private let judge: RuleJudge?

  init(_ configuration: EvaluateStage.Configuration, _ context: StageContext) throws {
    self.configuration = configuration
    self.context = context
    workspace = context.makeWorkspace()
    judge = configuration.judge.isDeclared ? try configuration.judge.makeJudge() : nil
  }

  func run() throws -> EvaluationReport {
    let inputs = context.inputs("models")
    let names = inputs.map { $0.name ?? $0.label }
    let baselineName = configuration.baseline ?? names.first ?? ""
    guard let baselineIndex = names.firstIndex(of: baselineName) else {
      throw Diagnostic(
        .unknownBaseline, "baseline is \"\(baselineName)\"; the models are \(names.joined(separator: ", "))",
        hint: nearestName(to: baselineName, among: names).map { "did you mean \"\($0)\"?" })
    }
    let baseline = try inputs[baselineIndex].loadModel(head: .vocabulary)
    var results: [EvaluatedModel] = []
    for (index, input) in inputs.enumerated() {
      try context.cancellation.check()
      let model = index == baselineIndex ? baseline : try input.loadModel(head: .vocabulary)
      results.append(try measure(model, name: names[index], baseline: (baselineName, baseline)))
      context.events.progress(
        StageProgress(done: index + 1, total: inputs.count + 1, unit: "models", note: names[index]))
    }
    try scoreAnswers(&results, vocabularyOf: baseline.tokenizer)
    if let reference = results[baselineIndex].corpusLoss {
      for index in results.indices where index != baselineIndex {
        results[index].alignmentTax = results[index].corpusLoss.map { exp($0 - reference) - 1 }
      }
    }
    return EvaluationReport(
      models: results, baseline: baselineName, configuration: configuration,
      prompts: try promptTexts(baseline), hasJudge: judge != nil)
  }

  private func measure(_ model: LanguageModel, name: String, baseline: (name: String, model: LanguageModel))
    throws -> EvaluatedModel
  {
    var result = EvaluatedModel(name: name)
    if context.input("data") != nil {
      let rows = try data(model).demonstrations("data")
      result.loss = model.heldOutLoss(rows, workspace: workspace)
    }
    if context.input("corpus") != nil {
      let rows = try data(model).packedText("corpus", length: corpusLength(model), documentSeparator: "\n\n")
      result.corpusLoss = model.heldOutLoss(rows, workspace: workspace)
    }
    if context.input("prompts") != nil {
      let prompts = try data(model).prompts("prompts")
      try check(prompts.map(\.ids.count).max() ?? 0, fits: model, name: name)
      let answers = SampledAnswers(
        model, prompts: prompts.map(\.ids),
        options: GenerationOptions(
          maximumTokens: configuration.maximumNewTokens, temperature: configuration.temperature,
          topK: configuration.topK, topP: configuration.topP, seed: configuration.seed),
        workspace: workspace)
      result.answers = answers
      result.verdicts = judge.map { judge in answers.answers.map { judge.judge($0.text) } } ?? []
      if name != baseline.name, model.tokenizer.fingerprint == baseline.model.tokenizer.fingerprint {
        result.divergence = model.divergence(
          from: baseline.model, on: answers.answers, temperature: configuration.temperature,
          workspace: workspace)
      }
    }
    return result
  }

  private func scoreAnswers(_ results: inout [EvaluatedModel], vocabularyOf tokenizer: Tokenizer) throws {
    guard context.input("prompts") != nil, let input = context.input("reward_model") else { return }
    let rewardModel = try input.loadModel(head: .scalar)
    guard rewardModel.tokenizer.fingerprint == tokenizer.fingerprint else {
      throw Diagnostic(
        .tokenizerMismatch,
        "`reward_model` (\(input.label)) has another tokenizer than the models: its scores would be noise",
        hint: "use a reward model that comes from the same base model")
    }
    for index in results.indices {
      try context.cancellation.check()
      let texts = results[index].answers?.answers.map { $0.prompt + $0.ids } ?? []
      results[index].rewards = rewardModel.scores(texts, workspace: workspace).map(Double.init)
    }
  }

  private func check(_ promptTokens: Int, fits model: LanguageModel, name: String) throws {
    let room = model.architecture.maximumPositions
    guard promptTokens + configuration.maximumNewTokens <= room else {
      throw Diagnostic(
        .sequenceTooLong,
        "the longest prompt has \(promptTokens) tokens; with max_new_tokens \(configuration.maximumNewTokens)"
          + " that is more than the \(room) positions of `\(name)`",
        hint: "set max_length to at most \(room - configuration.maximumNewTokens)")
    }
  }

  private func data(_ model: LanguageModel) -> StageData {
    StageData(
      context, configuration.data, model.tokenizer, maximumLength: model.architecture.maximumPositions)
  }

  private func corpusLength(_ model: LanguageModel) -> Int {
    min(configuration.data.maximumLength, model.architecture.maximumPositions)
  }

  private func promptTexts(_ model: LanguageModel) throws -> [String] {
    guard context.input("prompts") != nil else { return [] }
    return try data(model).prompts("prompts").map(\.text)
  }
}

extension DiagnosticCode {
  static let unknownBaseline = DiagnosticCode("E507", "the baseline is none of the evaluated models")
}
