import Compute
import Diagnostics
import Foundation
import LanguageModels

/// What distinguishes one kind of gradient training from another: what an example is and what its loss is.
public protocol TrainingObjective: AnyObject {
  /// Number of examples that a step draws from.
  var exampleCount: Int { get }

  /// Called before the first step.
  ///
  /// - Parameter examples: those that will be visited, ascending.
  func prepare(_ examples: [Int])

  /// Runs forward and backward over the examples of one optimiser step, so that the parameters' gradients gain the
  /// gradient of the batch's loss.
  ///
  /// - Parameter statistics: whether figures beside the loss are wanted.
  /// - Returns: the loss of the batch first, then the figures that TRL logs.
  /// - Throws: `Diagnostic` for what keeps the examples from being trained on.
  func accumulate(_ examples: [Int], microBatchSize: Int, statistics: Bool) throws -> [Metric]

  /// Tokens that a step reads for some of its examples, prompts included.
  func tokenCount(of examples: [Int]) -> Int

  /// The figures on held-out rows, without the prefix `eval_`; empty if there are none.
  func evaluate() throws -> [Metric]

  /// Called after each optimiser step.
  ///
  /// - Parameter step: counted from 1.
  func stepped(_ step: Int)

  /// Hands over what steps change beside the model, if there is anything.
  func carry(_ state: CheckpointCoder) throws
}

extension TrainingObjective {
  public func prepare(_ examples: [Int]) {}
  public func stepped(_ step: Int) {}
  public func carry(_ state: CheckpointCoder) throws {}
}

/// The loop that all gradient trainers share: order, schedule, clipping, AdamW, figures, checkpoints.
///
/// Figures of a logged step: `loss`, the mean since the last logged step; the objective's others, of this step alone;
/// `num_tokens`, tokens read so far, prompts included; `grad_norm`, before clipping; `learning_rate`;
/// `epoch`, epochs done. Where the best weights are kept, the end adds `best_step`, the step they come from,
/// and under `best_` the figures of their validation; those under `eval_` are of the last step.
public struct Trainer {
  public let options: TrainingOptions
  public let model: LanguageModel
  public let workspace: Workspace
  public let observer: any TrainingObserver

  public init(
    _ options: TrainingOptions, model: LanguageModel, workspace: Workspace, observer: any TrainingObserver
  ) {
    self.options = options
    self.model = model
    self.workspace = workspace
    self.observer = observer
  }

  /// Trains to the end, or until validation has not improved for as long as the options say; from the observer's last
  /// checkpoint on, if it has one.
  ///
  /// - Returns: the figures of validation of the weights that the model is left with; empty without validation.
  /// - Throws: `Diagnostic` for no examples, a loss that is not finite, or a metric for the best model that validation
  ///   does not have; whatever the observer throws.
  @discardableResult
  public func run(_ objective: any TrainingObjective) throws -> [Metric] {
    let order = BatchOrder(
      examples: objective.exampleCount, batchSize: options.batchSize, shuffle: options.shuffle,
      seed: options.seed)
    guard order.examples > 0 else {
      throw Diagnostic(.noExamples, "no example is left to train on", hint: "run `plumb check` to see why")
    }
    let total = order.totalSteps(options)
    let schedule = LearningRateSchedule(options, totalSteps: total)
    let optimizer = AdamW(model.parameters, options: options.adamW, workspace: workspace)
    let session = TrainingSession(options.checkpoints, total: total, observer: observer)
    var losses: [Double] = []
    var tokensRead = 0
    var best = BestModel(options.best)
    func carry(_ state: CheckpointCoder) throws {
      try model.carry(state)
      try optimizer.carry(state)
      try objective.carry(state)
      try state.numbers("losses", &losses)
      try state.value("tokens_read", &tokensRead)
      try best.carry(state, of: model)
    }
    try session.resume(carry)
    objective.prepare(order.visited(session.step..<total))
    var figures: [Metric] = []
    for (step, examples) in order.steps(session.step..<total) {
      try session.reachSafePoint(carry)
      let isLogged = (step + 1) % options.loggingSteps == 0 || step + 1 == total
      var metrics = try objective.accumulate(
        examples, microBatchSize: options.effectiveMicroBatchSize, statistics: isLogged)
      let norm = optimizer.gradientNorm()
      let loss = metrics.first?.value ?? .nan
      guard loss.isFinite, norm.isFinite else { throw nonFinite(loss, norm, step: step + 1) }
      losses.append(loss)
      tokensRead += objective.tokenCount(of: examples)
      let rate = schedule.rate(at: step)
      let limit = options.maximumGradientNorm
      optimizer.update(learningRate: rate, gradientScale: limit > 0 ? min(1, limit / (norm + 1e-6)) : 1)
      objective.stepped(step + 1)
      if isLogged {
        metrics[0].value = losses.reduce(0, +) / Double(losses.count)
        losses = []
        metrics += [
          Metric("num_tokens", Double(tokensRead)), Metric("grad_norm", norm), Metric("learning_rate", rate),
          Metric("epoch", Double(step + 1) / Double(order.stepsPerEpoch)),
        ]
      }
      session.finishStep(isLogged ? metrics : [])
      let isEvaluated = options.evaluationSteps > 0 && (step + 1) % options.evaluationSteps == 0
      guard isEvaluated || step + 1 == total else { continue }
      figures = try objective.evaluate().map { Metric("eval_" + $0.name, $0.value) }
      if !figures.isEmpty { session.evaluated(figures) }
      try best.consider(figures, of: model, step: step + 1)
      if best.isExhausted { break }
    }
    guard let chosen = best.restore(to: model) else { return figures }
    session.evaluated(chosen)
    return best.figures
  }

  private func nonFinite(_ loss: Double, _ norm: Double, step: Int) -> Diagnostic {
    Diagnostic(
      .nonFiniteLoss, "step \(step): loss is \(loss), gradient norm is \(norm)",
      hint: "lower learning_rate, add warmup_steps, or set max_grad_norm")
  }
}

extension Array {
  /// Consecutive parts of at most `size` elements.
  func parts(of size: Int) -> [ArraySlice<Element>] {
    stride(from: 0, to: count, by: Swift.max(1, size)).map { self[$0..<Swift.min($0 + size, count)] }
  }
}
