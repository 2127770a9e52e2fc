import Artifacts
import Lineage
import Pipeline

/// The recorded actions of a store, as planning asks for them.
struct LineageCatalog: ActionCatalog {
  let queries: LineageQueries
  let objects: ObjectStore
  let pipeline: String

  func result(of key: Digest) throws -> StoredResult? {
    try queries.result(for: key).map { result in
      let incomplete = result.outputs.filter { !objects.isComplete($0.artifact.object) }
      let damaged = try incomplete.filter { try !objects.isRestorable($0.artifact.object) }.map(\.port)
      return StoredResult(
        outputs: Dictionary(result.outputs.map { ($0.port, $0.artifact.digest) }) { first, _ in first },
        damagedPorts: damaged, isInTrash: damaged.isEmpty && !incomplete.isEmpty)
    }
  }

  func previousAction(stage: String, kind: String) throws -> RecordedAction? {
    try queries.previousAction(pipeline: pipeline, stage: stage, kind: kind).map { RecordedAction($0) }
  }

  func expectedCost(stage: String, kind: String) throws -> ExpectedCost? {
    let cost =
      try queries.lastCost(pipeline: pipeline, stage: stage, kind: kind) ?? queries.lastCost(kind: kind)
    return cost.map { ExpectedCost($0) }
  }
}

/// A store without a database: nothing was ever run.
struct EmptyCatalog: ActionCatalog {
  func result(of key: Digest) throws -> StoredResult? { nil }
  func previousAction(stage: String, kind: String) throws -> RecordedAction? { nil }
  func expectedCost(stage: String, kind: String) throws -> ExpectedCost? { nil }
}

extension ExpectedCost {
  fileprivate init(_ cost: ExecutionCost) {
    self.init(seconds: cost.seconds, bytes: cost.bytes, memory: cost.peakMemory)
  }
}

extension RecordedAction {
  fileprivate init(_ action: PreviousAction) {
    let outcome: Outcome =
      switch action.state {
      case .failed: .failed
      case .interrupted, .running: .interrupted
      case .succeeded, .cached, .skipped: .succeeded
      }
    self.init(
      key: action.key, components: action.components, outcome: outcome, isSameStage: action.isSameStage)
  }
}
