import Compute
import DataLoading
import Diagnostics
import Foundation
import LanguageModels

/// Proximal policy optimisation of a language model against a reward model, with a KL penalty towards a reference
/// and a value model of its own (Ziegler et al. 2019; TRL 1.12 `PPOTrainer`).
///
/// Metrics (TRL's names), once per update: `objective/kl`, mean over answers of the summed KL estimate;
/// `objective/entropy`, mean over answers of `-Σ log π`; `objective/non_score_reward`, mean of `-kl_coef Σ kl`;
/// `objective/scores`, mean score; `objective/rlhf_reward`, the sum of the last two; `policy/approxkl_avg`, mean of
/// `½ (Δ log π)²`; `policy/clipfrac_avg`, `val/clipfrac_avg`, shares of clipped tokens; `policy/entropy_avg`, mean
/// entropy of the distribution; `loss/policy_avg`; `loss/value_avg`, before `vf_coef`; `val/ratio`, mean ratio, and
/// `val/ratio_var`, its variance over mini-batches; `val/num_eos_tokens`; `lr`; `episode`.
public final class PPOTrainer: PolicyUpdate {
  public let options: TrainingOptions
  public let ppo: PPOOptions
  public let policy: LanguageModel
  let reference: LanguageModel
  let rewardModel: RewardModel
  let valueModel: LanguageModel
  let workspace: Workspace
  private let minibatches: CounterRandom
  let policyOptimizer: AdamW
  let valueOptimizer: AdamW
  private var controller: KLController
  private var episodes = 0
  /// Figures of each optimiser step on the answers that are being learnt from.
  private var statistics: [MiniBatchFigures] = []
  /// The passes with which the first optimiser step on the answers begins, as far as they were kept.
  private var policyOpening: RecordedPass<HeadOutput>?
  private var valuesOpening: RecordedPass<ScalarOutput>?

  /// Bytes of the policy's pass up to which the value model's is kept beside it: above, the memory is worth more than a
  /// pass in twenty-eight.
  public static let keptBytes = 128 << 20
  private let keptBytes: Int

  /// - Parameter keptBytes: of the policy's pass, up to which the value model's is kept beside it.
  /// - Throws: `Diagnostic` if the models do not share a tokenizer.
  public init(
    policy: LanguageModel, reference: LanguageModel, rewardModel: RewardModel, valueModel: LanguageModel,
    options: TrainingOptions, ppo: PPOOptions, workspace: Workspace, keptBytes: Int = PPOTrainer.keptBytes
  ) throws {
    for (model, name) in [
      (reference, "reference"), (rewardModel.model, "reward_model"), (valueModel, "value_model"),
    ]
    where model.tokenizer.fingerprint != policy.tokenizer.fingerprint {
      throw Diagnostic(
        .tokenizerMismatch, "the tokenizer of `\(name)` differs from the policy's: its scores would be noise",
        hint: "train both from the same base model")
    }
    self.policy = policy
    self.reference = reference
    self.rewardModel = rewardModel
    self.valueModel = valueModel
    self.options = options
    self.ppo = ppo
    self.workspace = workspace
    self.keptBytes = keptBytes
    if ppo.valueHead == .zero, let head = valueModel.parameters.index(of: LanguageModel.scoreName) {
      valueModel.parameters.buffer(at: head).update(repeating: 0)
    }
    minibatches = CounterRandom(seed: options.seed, purpose: .minibatch)
    policyOptimizer = AdamW(policy.parameters, options: options.adamW, workspace: workspace)
    valueOptimizer = AdamW(valueModel.parameters, options: options.adamW, workspace: workspace)
    controller = KLController(ppo)
  }

  public var answersPerPrompt: Int { 1 }
  public var stepsPerBatch: Int { 1 }
  public var optimizerSteps: Int { ppo.ppoEpochs * miniBatches(Array(0..<options.batchSize)).count }
  public var readers: [LanguageModel] { [policy, reference, rewardModel.model, valueModel] }
  public var watched: [Watchdogs.Figure: String] {
    [
      .kl: "objective/kl", .ratio: "val/ratio", .entropy: "policy/entropy_avg",
      .length: "objective/response_length",
    ]
  }

  /// How answers are sampled.
  public var sampling: RolloutSampling {
    RolloutSampling(
      maximumTokens: ppo.responseLength, lengthKey: "response_length", temperature: Double(ppo.divisor),
      endIDs: ppo.endIDs(policy.endIDs), stopsAtEnd: ppo.conventions == .plumbline)
  }

  public func prepare(_ rollouts: inout [Rollout], batch: Int) throws {
    try prepare(&rollouts, order: order(of: rollouts.count, batch: batch, pass: 0))
  }

  public func takeStep(_ index: Int, on rollouts: [Rollout], batch: Int, learningRate: Double) throws {
    let (pass, part) = index.quotientAndRemainder(dividingBy: optimizerSteps / ppo.ppoEpochs)
    let answers = miniBatches(order(of: rollouts.count, batch: batch, pass: pass))[part]
    try takeStep(on: answers.map { rollouts[$0] }, learningRate: learningRate)
  }

  public func finish(_ rollouts: [Rollout], learningRates: [Double]) -> [[Metric]] {
    learningRates.map { finish(rollouts, learningRate: $0) }
  }

  public func carryLearning(_ state: CheckpointCoder) throws {
    try policy.carry(state)
    try policyOptimizer.carry(state)
    try valueModel.carry(state)
    try valueOptimizer.carry(state)
    try state.value("kl_controller", &controller)
  }

  public func carryFigures(_ state: CheckpointCoder) throws {
    try state.value("episodes", &episodes)
    try state.value("statistics", &statistics)
  }

  /// One update: scores the answers, then passes over them in the given orders.
  ///
  /// - Parameters:
  ///   - rollouts: answers with query and response; the rest is filled in.
  ///   - permutations: the order of the answers in each pass.
  /// - Returns: the metrics of the update.
  public func learn(from rollouts: inout [Rollout], permutations: [[Int]], learningRate: Double) throws
    -> [Metric]
  {
    try prepare(&rollouts, order: permutations.first ?? Array(rollouts.indices))
    for miniBatch in permutations.flatMap(miniBatches) {
      try takeStep(on: miniBatch.map { rollouts[$0] }, learningRate: learningRate)
    }
    return finish(rollouts, learningRate: learningRate)
  }

  /// The order in which a pass over a batch meets its answers.
  private func order(of count: Int, batch: Int, pass: Int) -> [Int] {
    minibatches.permutation(of: count, stream: UInt64(batch * ppo.ppoEpochs + pass))
  }

  private func prepare(_ rollouts: inout [Rollout], order: [Int]) throws {
    try score(&rollouts)
    try evaluatePolicies(&rollouts, order: order)
    AdvantageEstimation(options: ppo).fill(&rollouts, klCoefficient: controller.coefficient)
    statistics = []
  }

  private func takeStep(on miniBatch: [Rollout], learningRate: Double) throws {
    let figures = accumulate(miniBatch)
    try step(figures, learningRate: learningRate)
    statistics.append(figures)
  }

  private func finish(_ rollouts: [Rollout], learningRate: Double) -> [Metric] {
    let summary = RolloutSummary(rollouts, options: ppo, klCoefficient: controller.coefficient)
    var metrics = summary.metrics + MiniBatchFigures.average(statistics)
    if ppo.klTarget != nil { metrics.append(Metric("objective/kl_coef", controller.coefficient)) }
    controller.update(divergence: summary.divergence, episodes: rollouts.count)
    episodes += rollouts.count
    metrics += [Metric("lr", learningRate), Metric("episode", Double(episodes))]
    return metrics
  }

  /// Consecutive parts of a pass; each is one optimiser step.
  private func miniBatches(_ permutation: [Int]) -> [ArraySlice<Int>] {
    permutation.parts(of: (permutation.count + ppo.miniBatches - 1) / ppo.miniBatches)
  }

  private func score(_ rollouts: inout [Rollout]) throws {
    let scores = try rewardModel.model.whileResident(in: workspace) {
      rewardModel.scores(rollouts.map(\.scoredText), workspace: workspace)
    }
    for index in rollouts.indices {
      rollouts[index].score = adjusted(Double(scores[index]), ended: rollouts[index].endsWithEOS)
      guard rollouts[index].score.isFinite else {
        throw Diagnostic(.nonFiniteLoss, "the reward model gave a score that is not a finite number")
      }
    }
  }

  private func adjusted(_ score: Double, ended: Bool) -> Double {
    var score = score
    if let clip = ppo.rewardClip, score.isFinite { score = min(max(score, -clip), clip) }
    guard !ended else { return score }
    return ppo.missingEOSScore ?? score - (ppo.missingEOSPenalty ?? 0)
  }

  /// Log-probabilities under policy and reference, and values, before the update.
  ///
  /// The answers are taken in the order and the parts in which the first pass will meet them, by the same kernels, so
  /// that its ratios are exactly 1; what the first of these parts needs again is kept.
  private func evaluatePolicies(_ rollouts: inout [Rollout], order: [Int]) throws {
    let parts = miniBatches(order).flatMap { Array($0).parts(of: microBatchSize) }
    let batches = parts.map { part in AnswerScoring.batch(part.map { rollouts[$0] }, for: policy) }
    let others = try scoring.logProbabilities(batches, underFrozen: reference)
    workspace.arena.reset()
    for (number, (part, batch)) in zip(parts, batches).enumerated() {
      let (own, values) = number == 0 ? open(batch) : evaluate(batch)
      for (index, range) in zip(part, batch.outputRanges) {
        rollouts[index].logProbabilities = Array(own[range])
        rollouts[index].referenceLogProbabilities = Array(others[number][range])
        rollouts[index].values = Array(values[range])
      }
    }
  }

  private var scoring: AnswerScoring { AnswerScoring(workspace: workspace, temperature: ppo.divisor) }

  /// Log-probabilities and values of a batch.
  private func evaluate(_ batch: PredictionBatch) -> ([Float], [Float]) {
    (scoring.logProbabilities(batch, under: policy), estimateValues(batch))
  }

  /// What `evaluate` gives, of the batch with which the first optimiser step begins.
  private func open(_ batch: PredictionBatch) -> ([Float], [Float]) {
    let pass = scoring.record(batch, under: policy)
    policyOpening = pass
    if workspace.arena.usedBytes <= keptBytes { valuesOpening = recordValues(batch) }
    return (pass.head.logProbabilities, valuesOpening?.head.values ?? estimateValues(batch))
  }

  private func estimateValues(_ batch: PredictionBatch) -> [Float] {
    workspace.scope {
      let tape = Tape(valueModel.parameters, workspace: workspace, recording: false)
      return predictValues(batch, tape).values
    }
  }

  private func recordValues(_ batch: PredictionBatch) -> RecordedPass<ScalarOutput> {
    RecordedPass(workspace) {
      let tape = Tape(valueModel.parameters, workspace: workspace, recording: true)
      return (tape, predictValues(batch, tape))
    }
  }

  private func predictValues(_ batch: PredictionBatch, _ tape: Tape) -> ScalarOutput {
    let hidden = valueModel.hiddenStates(tape, batch.input, of: batch.rows)
    return tape.scalarHead(hidden, valueModel.scoreWeight)
  }

  private var microBatchSize: Int { options.microBatchSize > 0 ? options.microBatchSize : options.batchSize }

  /// Gains the gradients of one mini-batch.
  private func accumulate(_ rollouts: [Rollout]) -> MiniBatchFigures {
    let estimation = AdvantageEstimation(options: ppo)
    let counted = Double(rollouts.reduce(0) { $0 + $1.length })
    let valued = Double(rollouts.reduce(0) { $0 + estimation.valuedLength($1) })
    var sums = MiniBatchSums(options: ppo)
    for part in rollouts.parts(of: microBatchSize) {
      let batch = AnswerScoring.batch(part, for: policy)
      let pass = policyOpening.takeWhole() ?? scoring.record(batch, under: policy)
      let kept = valuesOpening.takeWhole()
      pass.head.gradient = sums.addPolicy(
        logProbabilities: pass.head.logProbabilities, entropies: pass.head.entropies, part,
        batch.outputRanges, share: 1 / counted)
      pass.tape.backward()
      if kept == nil { workspace.arena.reset() }
      let values = kept ?? recordValues(batch)
      values.head.gradient = sums.addValues(
        values.head.values, part.map { ($0, estimation.valuedLength($0)) }, batch.outputRanges,
        share: ppo.valueCoefficient / valued)
      values.tape.backward()
      workspace.arena.reset()
    }
    return sums.figures(counted: counted, valued: valued)
  }

  private func step(_ figures: MiniBatchFigures, learningRate: Double) throws {
    let norms = (policyOptimizer.gradientNorm(), valueOptimizer.gradientNorm())
    let norm = (norms.0 * norms.0 + norms.1 * norms.1).squareRoot()
    guard figures.policyLoss.isFinite, figures.valueLoss.isFinite, norm.isFinite else {
      throw Diagnostic(
        .nonFiniteLoss,
        "update after episode \(episodes): policy loss \(figures.policyLoss), value loss \(figures.valueLoss),"
          + " gradient norm \(norm)", hint: "lower learning_rate or raise kl_coef")
    }
    let limit = ppo.conventions == .trl ? 0 : options.maximumGradientNorm
    let scale = limit > 0 ? min(1, limit / (norm + 1e-6)) : 1
    policyOptimizer.update(learningRate: learningRate, gradientScale: scale)
    valueOptimizer.update(learningRate: learningRate, gradientScale: scale)
  }
}
