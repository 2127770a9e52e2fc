import Artifacts
import Diagnostics

/// Decides what a run of a graph would do.
public struct Planner {
  private let graph: StageGraph
  private let catalog: any ActionCatalog
  private let digest: (SourceNode) throws -> Digest
  private let forced: Set<String>
  private var known: [InputBinding.Origin: Digest] = [:]
  private var blocked: [InputBinding.Origin: String] = [:]
  private var recent: [String: [RecordedAction]] = [:]

  /// Plans without touching anything.
  ///
  /// - Parameters:
  ///   - forced: stages to execute even if their outputs are stored.
  ///   - digest: the content of a source.
  /// - Throws: what the catalog throws; a source that cannot be read only blocks the stages that need it.
  public static func plan(
    _ graph: StageGraph, catalog: any ActionCatalog, forced: Set<String> = [],
    digest: @escaping (SourceNode) throws -> Digest
  ) throws -> Plan {
    var planner = Planner(graph: graph, catalog: catalog, forced: forced, digest: digest)
    planner.readSources()
    return Plan(graph: graph, stages: try graph.stages.map { try planner.decide($0) })
  }

  private init(
    graph: StageGraph, catalog: any ActionCatalog, forced: Set<String>,
    digest: @escaping (SourceNode) throws -> Digest
  ) {
    self.graph = graph
    self.catalog = catalog
    self.forced = forced
    self.digest = digest
  }

  private mutating func readSources() {
    for source in graph.sources {
      do { known[.source(source.name)] = try digest(source) } catch {
        blocked[.source(source.name)] =
          (error as? Diagnostic)?.message ?? "\(source.displayPath) cannot be read"
      }
    }
  }

  private mutating func decide(_ node: StageNode) throws -> PlannedStage {
    var stage = PlannedStage(
      node: node, decision: .run, reason: "", key: nil, outputs: [:], changes: [], estimatedSeconds: nil)
    if let cause = node.inputs.compactMap({ blocked[$0.origin] }).first {
      stage.decision = .blocked
      stage.reason = cause
      for port in node.outputs { blocked[.stage(node.name, port: port.name)] = "\(node.name) is blocked" }
      return stage
    }
    stage.key = node.cacheKey { known[$0.origin] }
    let isForced = forced.contains(node.name)
    if let key = stage.key, let result = try catalog.result(of: key.digest) {
      if result.damagedPorts.isEmpty, !isForced {
        stage.decision = .cached
        stage.reason = "nothing changed"
        stage.outputs = result.outputs
        for (port, digest) in result.outputs { known[.stage(node.name, port: port)] = digest }
        return stage
      }
      stage.reason =
        isForced
        ? "forced" : "the stored \(result.damagedPorts.joined(separator: ", ")) is missing or damaged"
    } else {
      try explain(&stage, isForced: isForced)
    }
    stage.estimatedSeconds = try catalog.expectedSeconds(stage: node.name, kind: node.kindName)
    return stage
  }

  /// Says why a stage without a stored result has to run, or that it may not have to.
  private mutating func explain(_ stage: inout PlannedStage, isForced: Bool) throws {
    let node = stage.node
    let pending = node.inputs.filter { known[$0.origin] == nil }
    let unknown = Set(pending.map(\.componentPath))
    let components =
      stage.key?.components
      ?? node.ownComponents
      + node.inputs.compactMap { input in
        known[input.origin].map { KeyComponent(input.componentPath, .digest($0)) }
      }
    func changes(from action: RecordedAction) -> [ComponentChange] {
      ComponentChange.between(action.components.filter { !unknown.contains($0.path) }, components)
    }

    let last = try catalog.lastAction(of: node.name)
    if let last { stage.changes = changes(from: last) }
    let waiting = pending.isEmpty ? "" : upstreamNames(pending)
    if !pending.isEmpty, !isForced {
      let isMatch = last != nil && stage.changes.isEmpty
      if try isMatch || similar(to: node).contains(where: { changes(from: $0).isEmpty }) {
        stage.decision = .maybe
        stage.reason =
          "\(waiting) \(waiting.contains(",") ? "run" : "runs") first; kept if the result is the same"
        stage.changes = []
        return
      }
    }
    if isForced {
      stage.reason = "forced"
    } else if let last {
      stage.reason = reason(stage.changes, last, waiting)
    } else if let nearest = try similar(to: node).map(changes(from:)).min(by: { $0.count < $1.count }) {
      stage.changes = nearest
      stage.reason = nearest.isEmpty ? "no result is stored" : "never run with these settings or inputs"
    } else {
      stage.reason = "never run"
    }
  }

  private mutating func similar(to node: StageNode) throws -> [RecordedAction] {
    if let actions = recent[node.kindName] { return actions }
    let actions = try catalog.recentActions(kind: node.kindName, limit: 20)
    recent[node.kindName] = actions
    return actions
  }

  private func upstreamNames(_ pending: [InputBinding]) -> String {
    var names: [String] = []
    for case .stage(let name, _) in pending.map(\.origin) where !names.contains(name) { names.append(name) }
    return names.joined(separator: ", ")
  }

  private func reason(_ changes: [ComponentChange], _ last: RecordedAction, _ waiting: String) -> String {
    if changes.isEmpty {
      return switch last.outcome {
      case .failed: "it failed the last time"
      case .interrupted: "it was interrupted the last time"
      case .succeeded: "no result is stored"
      }
    }
    let shown = changes.filter { !$0.path.hasSuffix(".type") || changes.count == 1 }.prefix(3).map(
      \.description)
    let rest = changes.count > 3 ? " and \(changes.count - 3) more" : ""
    return shown.joined(separator: "; ") + rest
  }
}
