import Artifacts
import Diagnostics
import Foundation
import Lineage
import Pipeline

extension PipelineRunner {
  func resolved(_ name: String) -> (StageNode, CacheKey) {
    guard let node = plan.graph[stage: name],
      let key = node.cacheKey(digest: { contents[$0.origin]?.object.digest })
    else { preconditionFailure("the stage '\(name)' was taken up before its inputs were known") }
    return (node, key)
  }

  // MARK: Stored results

  /// Uses the stored result of a key if there is one with all its bytes and the stage is not forced.
  func useStored(_ node: StageNode, _ key: CacheKey) throws -> Bool {
    guard !options.forced.contains(node.name) else { return false }
    let reason =
      plan[stage: node.name]?.decision == .cached
      ? "nothing changed" : "the same inputs and settings ran before"
    let stored = try objects.withoutCollection { try takeStored(node, key, reason: reason) }
    guard let (result, metrics) = stored else { return false }
    var report = StageReport(node, .cached, reason: reason, key: key.digest)
    report.metrics = metrics.map { StageReport.Metric(name: $0.name, value: $0.value) }
    adopt(result.outputs, madeBy: result.execution, into: &report)
    try conclude(node, &report)
    return true
  }

  /// Looks a result up and records its use, bringing its bytes back from the trash where they lie there.
  private func takeStored(_ node: StageNode, _ key: CacheKey, reason: String) throws
    -> (ActionResult, [FinalMetric])?
  {
    let stored = try database.read { queries in
      try queries.result(for: key.digest).map { ($0, try queries.finalMetrics(of: $0.execution)) }
    }
    guard let (result, metrics) = stored else { return nil }
    let missing = result.outputs.map(\.artifact.object).filter { !objects.isComplete($0) }
    guard try missing.allSatisfy({ try objects.restore($0) }) else { return nil }
    if !missing.isEmpty { try database.markPresent(missing.map(\.digest)) }
    try database.recordCached(stage: node.name, kind: node.kindName, result: result, reason: reason, in: run)
    return (result, metrics)
  }

  // MARK: Execution

  /// Executes a stage whose key this run has locked.
  func execute(_ node: StageNode, _ key: CacheKey, _ lock: FileLock, threads: Int) throws {
    let unfinished = try database.read { try $0.lastUnfinished(key.digest) }
    let replacesStored = try database.read { try $0.result(for: key.digest) } != nil
    let checkpoints = objects.layout.checkpoints(of: key.digest)
    // A forced stage begins anew, whatever is left of an earlier attempt.
    if options.forced.contains(node.name), queue.retries[node.name] == nil {
      try? FileManager.default.removeItem(at: checkpoints)
    }
    let reason = try reason(for: node, key)
    let inputs = node.inputs.compactMap { input in
      contents[input.origin].map { content in
        InputRecord(
          port: input.port, name: input.name, label: input.label,
          artifact: Artifact(type: input.type.rawValue, object: content.object), producer: content.producer)
      }
    }
    let execution = try database.start(
      ExecutionStart(
        stage: node.name, kind: node.kindName, kindVersion: node.kind.version, key: key,
        configuration: node.configuration, inputs: inputs, reason: reason,
        attempt: (unfinished?.attempt ?? 0) + 1,
        usage: ExecutionUsage(threads: threads, estimatedMemory: queue.estimates[node.name]?.memory)), in: run
    )
    var stage = ActiveStage(
      node: node, key: key, execution: execution, lock: lock,
      work: try objects.makeWorkDirectory(name: node.name), checkpoints: checkpoints, reason: reason,
      unfinished: unfinished?.execution,
      replacesStored: replacesStored && !options.forced.contains(node.name),
      threads: threads, estimate: queue.estimates[node.name])
    observe(.started(stage: node.name, reason: reason))
    do {
      if let refusal = refusal(of: node) { throw refusal }
      stage.running = try start(stage)
    } catch let error as Diagnostic {
      return try end(stage, .failed(StageFailure([error])))
    } catch let error as CocoaError {
      let diagnostic = Diagnostic(.cannotStart, "cannot prepare the stage: \(error.localizedDescription)")
      return try end(stage, .failed(StageFailure([diagnostic])))
    }
    active[node.name] = stage
    if let process = stage.running?.processID { try? database.recordProcess(process, of: execution) }
  }

  /// Takes note that a stage goes on from a checkpoint.
  func noteResumption(of name: String, from progress: StageProgress) {
    guard let stage = active[name] else { return }
    active[name]?.resumedFrom = progress
    active[name]?.saved = progress
    if let unfinished = stage.unfinished {
      try? database.recordResumption(of: stage.execution, from: unfinished, step: progress.done)
    }
    observe(.resumed(stage: name, progress))
  }

  /// Why a stage is executed, now that all its inputs are known.
  private func reason(for node: StageNode, _ key: CacheKey) throws -> String {
    if let retry = queue.retries[node.name] { return "attempt \(retry + 1) of \(node.policy.retries + 1)" }
    guard let planned = plan[stage: node.name] else { return "" }
    switch planned.decision {
    case .cached: return "no result is stored"
    case .run, .blocked: return planned.reason
    case .maybe:
      let previous = try database.read { queries in
        try LineageCatalog(queries: queries, objects: objects, pipeline: plan.graph.name)
          .previousAction(stage: node.name, kind: node.kindName)
      }
      guard let previous else { return planned.reason }
      let changes = ComponentChange.between(previous.components, key.components)
      return node.reason(for: changes, after: previous.outcome)
    }
  }

  /// Lays out the inputs and starts the executor.
  private func start(_ stage: ActiveStage) throws -> any RunningStage {
    let layout = objects.layout
    for directory in [stage.outputs, stage.checkpoints, layout.scores] {
      try layout.create(directory: directory)
    }
    var inputs: [StageInput] = []
    for (index, input) in stage.node.inputs.enumerated() {
      guard let content = contents[input.origin] else { continue }
      let path = stage.work.url.appendingPathComponent("inputs/\(index)/\(content.fileName)")
      try materialize(content, for: input, at: path)
      inputs.append(
        StageInput(
          port: input.port, name: input.name, type: input.type, digest: content.object.digest.text,
          path: path,
          label: input.label, originalPath: content.originalPath))
    }
    let request = StageRequest(
      stage: stage.node.name, kind: stage.node.kindName, kindVersion: stage.node.kind.version,
      configuration: stage.node.configuration, inputs: inputs, outputDirectory: stage.outputs,
      checkpointDirectory: stage.checkpoints, scoreDirectory: layout.scores, threads: stage.threads)
    let name = stage.node.name
    return try executor.start(request, in: stage.work.url) { [mailbox] event in
      mailbox.post(.event(stage: name, event))
    } onEnd: { [mailbox] outcome in
      mailbox.post(.ended(stage: name, outcome))
    }
  }

  /// Lays out an input, checked byte by byte. A source whose stored copy is damaged is taken from the user's file
  /// again, if that still has the content.
  private func materialize(_ content: Content, for input: InputBinding, at path: URL) throws {
    do {
      try objects.materialize(content.object, at: path)
    } catch var damage as Diagnostic where [.objectDamaged, .objectMissing].contains(damage.code) {
      try? FileManager.default.removeItem(at: path)
      switch input.origin {
      case .source(let name):
        let source = plan.graph[source: name]
        let restored = try source.map { try objects.put($0.path, links: .follow) }
        if restored == content.object { return try objects.materialize(content.object, at: path) }
        damage.hint = "\(source?.displayPath ?? name) has other content now: run the same command again"
      case .stage(let name, _):
        throw damage.mended(byForcing: name)
      }
      throw damage
    }
  }
}
