import Alignment
import LanguageModels
import Pipeline

extension MemoryEstimate {
  /// How a stage of online training works, as far as memory is concerned.
  struct Online {
    var training: TrainingOptions
    var data: DataOptions
    /// Most tokens of an answer.
    var answerLength: Int
    /// The manifest's key for it.
    var lengthKey: String
    /// Answers that are sampled at a time.
    var slots: Int
    /// Prompts among them.
    var promptsAtATime: Int
    /// Answers that are trained on before a step.
    var miniBatch: Int
    /// Whether the policy is held once more, as it starts.
    var needsReference: Bool
    /// Whether a watchdog may go back to an earlier state.
    var canRollBack: Bool
    /// Whether a value model is trained beside the policy.
    var trainsValues: Bool
  }

  /// - Returns: nil as long as a model or the prompts are not there.
  static func online(_ method: Online, _ inputs: [StageInput]) -> ResourceEstimate? {
    let options = method.training
    guard let input = inputs["model"], let policy = input.footprint(lora: options.lora),
      let source = inputs["prompts"],
      let prompts = RowLengths.of(
        source, method.data.clamped(to: policy.maximumPositions), model: input, form: Rows.prompts.form,
        Rows.prompts.tokens)
    else { return nil }
    var estimate = MemoryEstimate()
    estimate.train(policy, options)
    var states = policy.trained
    let reference = inputs["reference"]?.footprint() ?? (method.needsReference ? policy : nil)
    let reward = inputs["reward_model"]?.footprint(.scalar)
    // A prompt is computed once for all answers of its group.
    let group = max(1, method.slots / max(1, method.promptsAtATime))
    func tokens(of answers: Int) -> Int {
      prompts.most(of: (answers + group - 1) / group) + answers * method.answerLength
    }
    let count = min(
      options.microBatchSize > 0 ? options.microBatchSize : options.batchSize, method.miniBatch)
    let recomputes = options.gradientCheckpointing
    let pass = policy.training(tokens: tokens(of: count), recomputes: recomputes)
    if method.trainsValues, let value = inputs["value_model"]?.footprint(.scalar) ?? reward {
      estimate.train(value)
      states += value.trained
      estimate.pass(
        value.training(tokens: tokens(of: count), recomputes: recomputes) + min(pass, PPOTrainer.keptBytes))
    }
    if method.canRollBack { estimate.keep(3 * states) }
    // The first part's pass is kept while the other parts are scored.
    estimate.pass(pass + (method.slots > count ? policy.inference(tokens: tokens(of: count)) : 0))
    // In memory while they score, but for the copy that an adapter's start is.
    if options.lora != nil, inputs["reference"] == nil, let reference { estimate.hold(reference) }
    for model in [reference, reward].compactMap({ $0 }) {
      estimate.pass(model.weights + model.inference(tokens: tokens(of: method.slots)))
    }
    let need = policy.generation(
      slots: method.slots, prompts: group * prompts.most(of: method.promptsAtATime),
      length: prompts.longest + method.answerLength)
    estimate.pass(need.pass)
    estimate.cache(need.cache)
    estimate.read(inputs)
    return estimate.finished(
      advice: advice(options, toLower: "'micro_batch_size', 'batch_size' or '\(method.lengthKey)'"))
  }
}
