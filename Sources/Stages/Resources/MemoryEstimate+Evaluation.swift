import Alignment
import LanguageModels
import Pipeline

extension MemoryEstimate {
  /// A stage that measures models: the baseline stays, the others come one after the other, the reward model last.
  ///
  /// - Returns: nil as long as no model is there.
  static func evaluation(_ configuration: EvaluateStage.Configuration, _ inputs: [StageInput])
    -> ResourceEstimate?
  {
    let sizes = inputs.filter { $0.port == "models" }.compactMap { input in
      input.footprint().map { (input, $0) }
    }.sorted { $0.1.weights > $1.1.weights }
    guard let (input, model) = sizes.first else { return nil }
    var estimate = MemoryEstimate()
    let reward = inputs["reward_model"]?.footprint(.scalar)
    let others = (sizes.dropFirst().map(\.1) + [reward].compactMap { $0 }).max { $0.weights < $1.weights }
    for model in [model, others].compactMap({ $0 }) { estimate.hold(model) }
    let length = min(configuration.data.maximumLength, model.maximumPositions)
    let options = configuration.data.clamped(to: model.maximumPositions)
    func lengths(_ port: String, _ rows: Rows) -> RowLengths? {
      inputs[port].flatMap { RowLengths.of($0, options, model: input, form: rows.form, rows.tokens) }
    }
    if inputs["corpus"] != nil {
      estimate.pass(model.inference(tokens: LanguageModel.heldOutRowsScored * length))
    }
    if let rows = lengths("data", .demonstrations()) {
      estimate.pass(model.inference(tokens: rows.most(of: LanguageModel.heldOutRowsScored)))
    }
    if let prompts = lengths("prompts", .prompts) {
      let slots = min(LanguageModel.generationSlots, prompts.count)
      let need = model.generation(
        slots: slots, prompts: prompts.most(of: slots),
        length: prompts.longest + configuration.maximumNewTokens)
      estimate.pass(need.pass)
      estimate.cache(need.cache)
      estimate.pass(
        model.inference(
          tokens: prompts.most(of: prompts.count) + prompts.count * configuration.maximumNewTokens))
    }
    estimate.read(inputs)
    return estimate.finished(advice: "lower 'max_length' or 'max_new_tokens'")
  }
}
