import Artifacts
import Diagnostics
import Foundation
import Lineage
import Pipeline

/// Repeats a recorded execution and takes its outputs if they are the same bytes again. Nothing is recorded: what was
/// made is what lineage says already.
struct RepairRun {
  let objects: ObjectStore
  let executor: any StageExecutor
  let threads: Int
  let interruption: RunInterruption
  let onProgress: (String, StageProgress) -> Void

  private enum Message: Sendable {
    case progress(StageProgress)
    case ended(StageOutcome)
  }

  /// - Throws: `Diagnostic` if the stage fails, or makes other bytes than it did.
  func perform(_ recipe: ExecutionRecipe) throws {
    let lock = try interruption.lock(objects.layout.lock(of: recipe.key), removesFile: true)
    defer { withExtendedLifetime(lock) {} }
    let work = try objects.makeWorkDirectory(name: recipe.stage)
    let checkpoints = objects.layout.checkpoints(of: recipe.key)
    let request = try prepare(recipe, in: work.url, checkpoints: checkpoints)
    switch run(request, in: work.url) {
    case .succeeded: break
    case .cancelled: throw Diagnostic(.notRepaired, "interrupted")
    case .failed(let failure):
      throw failure.diagnostics.first ?? Diagnostic(.stageFailed, "\(recipe.stage) failed")
    }
    try take(recipe, from: request.outputDirectory)
    try? FileManager.default.removeItem(at: checkpoints)
  }

  private func prepare(_ recipe: ExecutionRecipe, in work: URL, checkpoints: URL) throws -> StageRequest {
    let outputs = work.appendingPathComponent("outputs", isDirectory: true)
    for directory in [outputs, checkpoints] { try objects.layout.create(directory: directory) }
    var inputs: [StageInput] = []
    for (index, input) in recipe.inputs.enumerated() {
      let record = input.record
      guard let type = PortType(rawValue: record.artifact.type) else {
        throw Diagnostic(.notRepaired, "this plumb has no artifacts of type '\(record.artifact.type)'")
      }
      let path = work.appendingPathComponent("inputs/\(index)/\(input.fileName)")
      try objects.materialize(record.artifact.object, at: path)
      inputs.append(
        StageInput(
          port: record.port, name: record.name, type: type, digest: record.artifact.digest.text, path: path,
          label: record.label, originalPath: input.originalPath))
    }
    return StageRequest(
      stage: recipe.stage, kind: recipe.kind, kindVersion: recipe.kindVersion,
      configuration: recipe.configuration, inputs: inputs, outputDirectory: outputs,
      checkpointDirectory: checkpoints, threads: threads)
  }

  /// Runs a stage to its end, or stops it when that is asked for.
  private func run(_ request: StageRequest, in work: URL) -> StageOutcome {
    let mailbox = Mailbox<Message>()
    let running: any RunningStage
    do {
      running = try executor.start(request, in: work) { event in
        if case .progress(let progress) = event { mailbox.post(.progress(progress)) }
      } onEnd: { outcome in
        mailbox.post(.ended(outcome))
      }
    } catch {
      return .failed(StageFailure([error as? Diagnostic ?? Diagnostic(.cannotStart, "\(error)")]))
    }
    var handled = 0
    while true {
      switch mailbox.take(before: .now() + .milliseconds(100)) {
      case .ended(let outcome): return outcome
      case .progress(let progress): onProgress(request.stage, progress)
      case nil: break
      }
      guard interruption.requests > handled else { continue }
      handled = interruption.requests
      handled > 1 ? running.kill() : running.cancel()
    }
  }

  /// Brings the outputs into the store if they are what they were.
  private func take(_ recipe: ExecutionRecipe, from outputs: URL) throws {
    for output in recipe.outputs {
      let made = try ContentDigester().reference(
        to: outputs.appendingPathComponent(output.port), links: .refuse)
      guard made == output.artifact.object else {
        throw Diagnostic(
          .differentAgain,
          "\(recipe.stage) made another \(output.port) this time: \(made.digest.short) instead of "
            + "\(output.artifact.digest.short); nothing was replaced",
          hint:
            "another processor or plumb may compute other last digits; repair where it was made, or run it anew: "
            + "plumb run MANIFEST --force \(recipe.stage)")
      }
    }
    let lock = try interruption.lock(objects.layout.collectionLock, .shared)
    defer { withExtendedLifetime(lock) {} }
    for output in recipe.outputs {
      _ = try objects.put(outputs.appendingPathComponent(output.port), consuming: true)
    }
  }
}

extension RunInterruption {
  /// Takes a lock, waiting for as long as others hold it and nobody asks to stop.
  ///
  /// - Throws: `Diagnostic` if that is asked for.
  func lock(_ url: URL, _ mode: FileLock.Mode = .exclusive, removesFile: Bool = false) throws -> FileLock {
    guard let lock = try FileLock.wait(url, mode, removesFile: removesFile, until: { isRequested }) else {
      throw Diagnostic(.notRepaired, "interrupted")
    }
    return lock
  }
}
