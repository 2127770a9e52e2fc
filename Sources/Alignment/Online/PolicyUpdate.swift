import LanguageModels

/// What a kind of online training does with answers; `RolloutLoop` does the rest.
///
/// A batch of answers is prepared once, learnt from in one optimiser step after the other, and finished.
/// Between any two of these the training can be interrupted.
public protocol PolicyUpdate: AnyObject {
  /// The model that answers and learns.
  var policy: LanguageModel { get }
  /// All models that read a prompt with its answer.
  var readers: [LanguageModel] { get }
  /// Answers sampled to each prompt; they lie side by side.
  var answersPerPrompt: Int { get }
  /// Steps of the learning rate's schedule that one batch of answers takes.
  var stepsPerBatch: Int { get }
  /// Optimiser steps that one step of the schedule takes.
  var optimizerSteps: Int { get }
  /// Names of the metrics that watchdogs look at.
  var watched: [Watchdogs.Figure: String] { get }

  /// Scores answers and fills in what learning needs to know of them.
  ///
  /// - Parameters:
  ///   - rollouts: answers with query and response; the rest is filled in.
  ///   - batch: number of the batch from 0, for random numbers.
  /// - Throws: `Diagnostic` for a score that is not finite.
  func prepare(_ rollouts: inout [Rollout], batch: Int) throws

  /// Takes one optimiser step.
  ///
  /// - Parameter index: counted from 0 in each batch.
  /// - Throws: `Diagnostic` for a loss or gradient that is not finite.
  func takeStep(_ index: Int, on rollouts: [Rollout], batch: Int, learningRate: Double) throws

  /// Called after the last optimiser step on a batch.
  ///
  /// - Parameter learningRates: of each step of the schedule; fewer than `stepsPerBatch` where the training ends in
  ///   between.
  /// - Returns: the metrics of each step of the schedule.
  func finish(_ rollouts: [Rollout], learningRates: [Double]) -> [[Metric]]

  /// Hands over what a rollback takes back: weights, optimiser states and whatever else learning changes.
  func carryLearning(_ state: CheckpointCoder) throws

  /// Hands over the rest of the state: counts, and figures of the batch that is being learnt from.
  func carryFigures(_ state: CheckpointCoder) throws
}
