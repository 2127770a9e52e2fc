import Diagnostics
import Foundation

/// What a training has to do with the outside: it counts steps, tells figures and keeps checkpoints.
///
/// Every training loop has one, hands it the same description of its state each time, and so can be interrupted at each
/// of its safe points and go on from there, to the same bits and with the same series of figures.
final class TrainingSession {
  typealias Carry = (CheckpointCoder) throws -> Void

  private let options: CheckpointOptions
  private let observer: any TrainingObserver
  /// Steps in all.
  let total: Int
  /// Steps done.
  private(set) var step = 0
  private var history = MetricHistory()
  /// The step of the last checkpoint, when it was written, and how long that took.
  private var savedStep = 0
  private var savedAt = ContinuousClock.now
  private var savingTime = Duration.zero
  /// Whether anything was done since the start or the last checkpoint.
  private var hasNews = false
  private var hasWarned = false

  init(_ options: CheckpointOptions, total: Int, observer: any TrainingObserver) {
    self.options = options
    self.total = total
    self.observer = observer
  }

  /// Goes on from the last checkpoint, if there is one.
  ///
  /// - Throws: `Diagnostic` for a checkpoint of another program, which is taken away.
  func resume(_ carry: Carry) throws {
    guard let checkpoint = observer.checkpoints?.load() else { return }
    do {
      try checkpoint.withUnsafeBytes { bytes in
        try CheckpointCoder.read(bytes) { try self.carry($0, carry) }
      }
    } catch let mismatch as CheckpointCoder.Mismatch {
      observer.checkpoints?.clear()
      throw Diagnostic(
        .foreignCheckpoint, "the checkpoint is of another version of the program (at '\(mismatch.part)')",
        hint: "run the same command again: the stage then starts from its beginning")
    }
    savedStep = step
    observer.resumed(after: step, of: total, history)
  }

  /// To be called where the training can be interrupted: ends it if it is to end, and writes a checkpoint if
  /// one is due.
  ///
  /// - Throws: what the observer throws to end the training, after a checkpoint.
  func reachSafePoint(_ carry: Carry) throws {
    do { try observer.checkCancellation() } catch {
      if hasNews { save(carry) }
      throw error
    }
    if hasNews, isDue { save(carry) }
    hasNews = true
  }

  /// Takes note of a step that is done.
  ///
  /// - Parameter metrics: its figures; empty if it is not logged.
  func finishStep(_ metrics: [Metric]) {
    step += 1
    history.add(metrics, step: step)
    observer.stepped(step, of: total, metrics)
  }

  /// Takes note of a validation of the weights after the last step.
  func evaluated(_ metrics: [Metric]) {
    history.add(metrics, step: step)
    observer.evaluated(step, metrics)
  }

  private var isDue: Bool {
    if options.steps > 0, step / options.steps > savedStep / options.steps { return true }
    let least = options.seconds > 0 ? savingTime / CheckpointOptions.timeShare : .zero
    return savedAt.duration(to: .now) >= max(.seconds(options.seconds), least)
  }

  private func save(_ carry: Carry) {
    guard let storage = observer.checkpoints else { return }
    let start = ContinuousClock.now
    do {
      try storage.save { sink in try CheckpointCoder.write(to: sink) { try self.carry($0, carry) } }
      observer.saved(after: step, of: total)
    } catch {
      // A training that goes well does not fail for want of a checkpoint.
      let reason = (error as? Diagnostic)?.message ?? "\(error)"
      if !hasWarned { observer.warned("no checkpoint could be written: \(reason)") }
      hasWarned = true
    }
    (savedStep, savedAt, savingTime, hasNews) = (step, .now, start.duration(to: .now), false)
  }

  private func carry(_ state: CheckpointCoder, _ rest: Carry) throws {
    try state.value("step", &step)
    try history.carry(state)
    try rest(state)
  }
}
