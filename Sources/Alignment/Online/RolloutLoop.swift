import Compute
import DataLoading
import Diagnostics
import LanguageModels

/// The loop that all online trainers share: prompts, answers, learning, watchdogs, checkpoints.
///
/// Every batch takes the next `batch_size / answers per prompt` prompts of the epoch's order; what is left over at an
/// epoch's end is not answered in it, as in TRL, whose data loaders drop the last part.
public struct RolloutLoop {
  public let options: TrainingOptions
  public let sampling: RolloutSampling
  public let watchdogs: Watchdogs
  /// Answers in all; 0 means that the options decide.
  public let totalEpisodes: Int
  public let workspace: Workspace
  public let observer: any TrainingObserver

  public init(
    _ options: TrainingOptions, sampling: RolloutSampling, watchdogs: Watchdogs = Watchdogs(),
    totalEpisodes: Int = 0, workspace: Workspace, observer: any TrainingObserver
  ) {
    self.options = options
    self.sampling = sampling
    self.watchdogs = watchdogs
    self.totalEpisodes = totalEpisodes
    self.workspace = workspace
    self.observer = observer
  }

  /// Answers prompts and learns from the answers, until all steps are done or a watchdog ends it; from the observer's
  /// last checkpoint on, if it has one.
  ///
  /// - Parameter onRollouts: hears the answers of each batch.
  /// - Returns: what the watchdogs saw and did.
  /// - Throws: `Diagnostic` for too few prompts, one without tokens or that leaves no room, or a loss that is not
  ///   finite; whatever the observer throws.
  @discardableResult
  public func run(
    _ update: any PolicyUpdate, on prompts: [TokenizedPrompt], onRollouts: ([Rollout]) throws -> Void
  ) throws -> WatchdogReport {
    let perBatch = options.batchSize / update.answersPerPrompt
    try check(prompts, perBatch: perBatch, readers: update.readers)
    let order = BatchOrder(
      examples: prompts.count, batchSize: perBatch, shuffle: options.shuffle, seed: options.seed)
    let perEpoch = prompts.count / perBatch
    let total = stepCount(prompts: prompts.count, perBatch: perBatch, stepsPerBatch: update.stepsPerBatch)
    let schedule = LearningRateSchedule(options, totalSteps: total)
    let session = TrainingSession(options.checkpoints, total: total, observer: observer)
    var watch = WatchdogPatrol(watchdogs, metrics: update.watched)
    var batch = Batch()
    func carry(_ state: CheckpointCoder) throws {
      try update.carryLearning(state)
      try update.carryFigures(state)
      try watch.carry(state)
      try state.value("batch", &batch)
    }
    try session.resume(carry)
    while session.step < total, !watch.report.hasStopped {
      if batch.rollouts.isEmpty {
        try session.reachSafePoint(carry)
        let start = batch.number % perEpoch * perBatch
        let chosen = order.order(epoch: batch.number / perEpoch)[start..<start + perBatch].flatMap { index in
          Array(repeating: prompts[index], count: update.answersPerPrompt)
        }
        var rollouts = sampling.respond(
          to: chosen, by: update.policy, seed: options.seed, firstStream: batch.number * chosen.count,
          workspace: workspace)
        try watch.begin(update)
        try update.prepare(&rollouts, batch: batch.number)
        batch.rollouts = rollouts
      }
      let steps = session.step..<min(session.step + update.stepsPerBatch, total)
      let rates = steps.map { schedule.rate(at: $0) * watch.rateScale }
      while batch.steps < rates.count * update.optimizerSteps {
        try session.reachSafePoint(carry)
        try update.takeStep(
          batch.steps, on: batch.rollouts, batch: batch.number,
          learningRate: rates[batch.steps / update.optimizerSteps])
        batch.steps += 1
      }
      var metrics = update.finish(batch.rollouts, learningRates: rates)
      try onRollouts(batch.rollouts)
      for warning in try watch.end(metrics, lastStep: steps.upperBound, of: update) {
        observer.warned(warning)
      }
      metrics[metrics.count - 1] += watch.figures
      for step in metrics { session.finishStep(step) }
      batch = Batch(number: batch.number + 1)
    }
    return watch.report
  }

  /// The batch of answers that is being learnt from.
  private struct Batch: Codable {
    var number = 0
    /// Empty until they are prepared.
    var rollouts: [Rollout] = []
    /// Optimiser steps taken.
    var steps = 0
  }

  /// `max_steps` decides, else the episodes, else `num_train_epochs`.
  private func stepCount(prompts: Int, perBatch: Int, stepsPerBatch: Int) -> Int {
    if options.maximumSteps > 0 { return options.maximumSteps }
    let answered =
      totalEpisodes > 0 ? totalEpisodes : Int((options.epochs * Double(prompts)).rounded(.up))
    return max(1, (answered + perBatch - 1) / perBatch) * stepsPerBatch
  }

  private func check(_ prompts: [TokenizedPrompt], perBatch: Int, readers: [LanguageModel]) throws {
    guard !prompts.isEmpty else {
      throw Diagnostic(.noExamples, "no prompt is left to answer", hint: "run `plumb check` to see why")
    }
    precondition(perBatch > 0, "a batch of \(options.batchSize) answers holds no whole group")
    if let empty = prompts.first(where: \.ids.isEmpty) {
      throw Diagnostic(.promptWithoutTokens, "the prompt of line \(empty.line) has no tokens to answer")
    }
    let length = sampling.maximumTokens
    precondition(length > 0, "answers of \(length) tokens")
    let room = readers.map(\.architecture.maximumPositions).min() ?? 0
    if let long = prompts.first(where: { $0.ids.count + length > room }) {
      throw Diagnostic(
        .sequenceTooLong,
        "the prompt of line \(long.line) has \(long.ids.count) tokens; with \(sampling.lengthKey) \(length)"
          + " that is more than the models' \(room) positions",
        hint: length < room
          ? "set max_length to at most \(room - length), or a shorter \(sampling.lengthKey)"
          : "set a shorter \(sampling.lengthKey)")
    }
    guard prompts.count >= perBatch else {
      throw Diagnostic(
        .noExamples,
        "there are \(prompts.count) prompts; a batch takes \(perBatch), so that none would be whole",
        hint: "lower batch_size to at most \(prompts.count * (options.batchSize / perBatch))")
    }
  }
}
