import LanguageModels

/// What a kind of online training does with answers; `RolloutLoop` does the rest.
public protocol PolicyUpdate: AnyObject {
  /// The model that answers and learns.
  var policy: LanguageModel { get }
  /// All models that read a prompt with its answer.
  var readers: [LanguageModel] { get }
  /// Answers sampled to each prompt; they lie side by side.
  var answersPerPrompt: Int { get }
  /// Steps of the learning rate's schedule that one batch of answers takes.
  var stepsPerBatch: Int { get }
  /// Names of the metrics that watchdogs look at.
  var watched: [Watchdogs.Figure: String] { get }

  /// Scores the answers and learns from them.
  ///
  /// - Parameters:
  ///   - rollouts: answers with query and response; the rest is filled in.
  ///   - batch: number of the batch from 0, for random numbers.
  ///   - learningRates: of each step; fewer than `stepsPerBatch` where the training ends in between.
  /// - Returns: the metrics of each step.
  /// - Throws: `Diagnostic` for a score, loss or gradient that is not finite.
  func learn(from rollouts: inout [Rollout], batch: Int, learningRates: [Double]) throws -> [[Metric]]

  /// Keeps weights, optimiser states and whatever else learning changes; the result brings them back.
  func snapshot() -> () -> Void
}
