import Compute
import Diagnostics
import LanguageModels

/// Policy optimisation from groups of answers to the same prompt, without a value model: GRPO or RLOO, as the
/// objective says (TRL 1.16).
///
/// Metrics (TRL's names), at each optimiser step: `loss`; `grad_norm`, before clipping; `learning_rate`;
/// `kl`, mean over trained tokens (GRPO: of `e^d - d - 1`, RLOO: of `log π_old - log ref`, once per batch);
/// `entropy`, mean over trained tokens; `clip_ratio/low_mean`, `high_mean`, `region_mean`, shares of clipped
/// ratios; `clip_ratio/low_min`, `high_max`, least and greatest share in an answer; `importance_ratio/mean`,
/// ours. At the first step of a batch also: `num_tokens`, prompt and answer tokens so far;
/// `completions/mean_length`, `min_length`, `max_length`, the same for answers that ended
/// (`mean_terminated_length` …), `clipped_ratio`, the share of those that did not; `rewards/NAME/mean` and
/// `std` (unbiased) of each reward before its weight; `reward`, `reward_std` of the weighted sum;
/// `frac_reward_zero_std`, the share of answers whose group (or batch) has no spread.
public final class GroupTrainer: PolicyUpdate {
  public let options: TrainingOptions
  public let group: GroupOptions
  public let policy: LanguageModel
  private let reference: LanguageModel?
  private let rewards: WeightedRewards
  private let objective: any GroupObjective
  private let workspace: Workspace
  private let optimizer: AdamW
  private var tokensSeen = 0
  /// Figures of the answers that are being learnt from, and of each step on them so far.
  private var summary: [Metric] = []
  private var series: [[Metric]] = []
  /// The pass with which the first optimiser step on the answers begins.
  private var opening: RecordedPass<HeadOutput>?

  /// - Parameter reference: what the KL is measured to; not read with `beta` 0.
  /// - Throws: `Diagnostic` if the reference has another tokenizer.
  public init(
    policy: LanguageModel, reference: LanguageModel?, rewards: WeightedRewards, objective: any GroupObjective,
    options: TrainingOptions, group: GroupOptions, workspace: Workspace
  ) throws {
    if let reference, reference.tokenizer.fingerprint != policy.tokenizer.fingerprint {
      throw Diagnostic(
        .tokenizerMismatch,
        "the tokenizer of `reference` differs from the policy's: its scores would be noise",
        hint: "use a reference that comes from the same base model")
    }
    precondition(group.beta == 0 || reference != nil, "a KL needs a reference")
    precondition(group.generations > 1, "groups of \(group.generations)")
    self.policy = policy
    self.reference = group.beta == 0 ? nil : reference
    self.rewards = rewards
    self.objective = objective
    self.options = options
    self.group = group
    self.workspace = workspace
    optimizer = AdamW(policy.parameters, options: options.adamW, workspace: workspace)
  }

  public var answersPerPrompt: Int { group.generations }
  public var stepsPerBatch: Int { group.iterations }
  public var optimizerSteps: Int { 1 }
  public var readers: [LanguageModel] { [policy] + (reference.map { [$0] } ?? []) + rewards.readers }
  public var watched: [Watchdogs.Figure: String] {
    [.kl: "kl", .ratio: "importance_ratio/mean", .entropy: "entropy", .length: "completions/mean_length"]
  }

  /// How answers are sampled.
  public var sampling: RolloutSampling {
    RolloutSampling(
      maximumTokens: group.maximumCompletionLength, lengthKey: "max_completion_length",
      temperature: group.temperature, endIDs: policy.endIDs)
  }

  public func prepare(_ rollouts: inout [Rollout], batch: Int) throws {
    let table = try rewards(rollouts.map { JudgedAnswer($0, policy.tokenizer) })
    for (index, total) in table.totals.enumerated() { rollouts[index].score = total }
    try evaluatePolicies(&rollouts)
    let advantages = objective.advantages(of: rollouts, options: group)
    for index in rollouts.indices {
      rollouts[index].advantages = Array(
        repeating: advantages.values[index], count: rollouts[index].response.count)
    }
    tokensSeen += rollouts.reduce(0) { $0 + $1.query.count + $1.length }
    summary = CompletionFigures(rollouts, table, advantages, tokensSeen: tokensSeen).metrics
    series = []
  }

  public func takeStep(_ index: Int, on rollouts: [Rollout], batch: Int, learningRate: Double) throws {
    series.append(try step(rollouts, learningRate: learningRate))
  }

  public func finish(_ rollouts: [Rollout], learningRates: [Double]) -> [[Metric]] {
    [series[0] + summary] + series[1...]
  }

  public func carryLearning(_ state: CheckpointCoder) throws {
    try policy.carry(state)
    try optimizer.carry(state)
  }

  public func carryFigures(_ state: CheckpointCoder) throws {
    try state.value("tokens_seen", &tokensSeen)
    try state.value("summary", &summary)
    try state.value("series", &series)
  }

  private var scoring: AnswerScoring {
    AnswerScoring(workspace: workspace, temperature: Float(group.temperature))
  }

  /// In the parts of the first pass, by the same kernels, so that its ratios are exactly 1; what the first of these
  /// parts needs again is kept.
  private func evaluatePolicies(_ rollouts: inout [Rollout]) throws {
    let parts = Array(rollouts.indices).parts(of: options.effectiveMicroBatchSize)
    let batches = parts.map { part in AnswerScoring.batch(part.map { rollouts[$0] }, for: policy) }
    let others = try reference.map { try scoring.logProbabilities(batches, underFrozen: $0) }
    workspace.arena.reset()
    let first = scoring.record(batches[0], under: policy)
    opening = first
    for (number, (part, batch)) in zip(parts, batches).enumerated() {
      let own =
        number == 0 ? first.head.logProbabilities : scoring.logProbabilities(batch, under: policy)
      for (index, range) in zip(part, batch.outputRanges) {
        rollouts[index].logProbabilities = Array(own[range])
        rollouts[index].referenceLogProbabilities = others.map { Array($0[number][range]) } ?? []
      }
    }
  }

  /// One optimiser step on all answers.
  private func step(_ rollouts: [Rollout], learningRate: Double) throws -> [Metric] {
    var figures = GroupFigures()
    let counts = GroupBatch(
      answers: rollouts.count, tokens: rollouts.reduce(0) { $0 + group.trainedLength($1) })
    for part in rollouts.parts(of: options.effectiveMicroBatchSize) {
      accumulate(Array(part), counts, into: &figures)
    }
    let norm = optimizer.gradientNorm()
    guard figures.loss.isFinite, norm.isFinite else {
      throw Diagnostic(
        .nonFiniteLoss, "loss is \(figures.loss), gradient norm is \(norm)",
        hint: "lower learning_rate, or raise beta")
    }
    let limit = options.maximumGradientNorm
    optimizer.update(
      learningRate: learningRate, gradientScale: limit > 0 ? min(1, limit / (norm + 1e-6)) : 1)
    return [
      Metric("loss", figures.loss), Metric("grad_norm", norm), Metric("learning_rate", learningRate),
    ] + figures.metrics
  }

  private func accumulate(_ rollouts: [Rollout], _ counts: GroupBatch, into figures: inout GroupFigures) {
    let batch = AnswerScoring.batch(rollouts, for: policy)
    let pass = opening.takeWhole() ?? scoring.record(batch, under: policy)
    let head = pass.head
    var gradient = Array(repeating: Float(0), count: head.logProbabilities.count)
    for (rollout, range) in zip(rollouts, batch.outputRanges) {
      let trained = range.prefix(group.trainedLength(rollout))
      let answer = AnswerTokens(
        new: trained.map { Double(head.logProbabilities[$0]) },
        old: rollout.logProbabilities.prefix(trained.count).map(Double.init),
        reference: rollout.referenceLogProbabilities.prefix(trained.count).map(Double.init),
        advantage: rollout.advantages.first ?? 0)
      let result = objective.loss(of: answer, in: counts, options: group)
      for (position, slope) in zip(trained, result.slopes) { gradient[position] = Float(slope) }
      figures.add(result, entropies: head.entropies[trained])
    }
    head.gradient = gradient
    pass.tape.backward()
    workspace.arena.reset()
  }
}
