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
  private var problems: [Diagnostic] = []

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
    let stages = try graph.stages.map { try planner.decide($0) }
    let digests = graph.sources.compactMap { source in
      planner.known[.source(source.name)].map { (source.name, $0) }
    }
    return Plan(
      graph: graph, stages: stages, sourceDigests: Dictionary(digests) { first, _ in first },
      problems: planner.problems)
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
        var problem =
          error as? Diagnostic
          ?? Diagnostic(.missingFile, "the source '\(source.name)' cannot be read: \(error)")
        if problem.location == nil { problem.location = source.location }
        problems.append(problem)
        blocked[.source(source.name)] = problem.message
      }
    }
  }

  private mutating func decide(_ node: StageNode) throws -> PlannedStage {
    var stage = PlannedStage(
      node: node, decision: .run, reason: "", key: nil, components: knownComponents(of: node), outputs: [:],
      changes: [], expectedCost: nil)
    if let cause = node.inputs.compactMap({ blocked[$0.origin] }).first {
      stage.decision = .blocked
      stage.reason = cause
      for port in node.outputs { blocked[.stage(node.name, port: port.name)] = "\(node.name) is blocked" }
      return stage
    }
    stage.key = node.cacheKey { known[$0.origin] }
    if let key = stage.key { stage.components = key.components }
    let isForced = forced.contains(node.name)
    if let key = stage.key, let result = try catalog.result(of: key.digest) {
      if result.damagedPorts.isEmpty, !isForced {
        stage.decision = .cached
        stage.reason = result.isInTrash ? "a run takes it back from the trash" : "nothing changed"
        stage.isInTrash = result.isInTrash
        stage.outputs = result.outputs
        for (port, digest) in result.outputs { known[.stage(node.name, port: port)] = digest }
        return stage
      }
      stage.reason =
        isForced
        ? "forced"
        : "the stored \(result.damagedPorts.joined(separator: ", ")) "
          + "\(result.damagedPorts.count == 1 ? "is" : "are") missing or damaged"
    } else {
      try explain(&stage, isForced: isForced)
    }
    stage.expectedCost = try catalog.expectedCost(stage: node.name, kind: node.kindName)
    return stage
  }

  /// Says why a stage without a stored result has to run, or that it may not have to.
  private func explain(_ stage: inout PlannedStage, isForced: Bool) throws {
    let node = stage.node
    let pending = node.inputs.filter { known[$0.origin] == nil }
    let previous = try catalog.previousAction(stage: node.name, kind: node.kindName)
    if let previous {
      let unknown = Set(pending.map(\.componentPath))
      stage.changes = ComponentChange.between(
        previous.components.filter { !unknown.contains($0.path) }, stage.components)
    }
    if isForced {
      stage.reason = "forced"
    } else if !pending.isEmpty, previous != nil, stage.changes.isEmpty {
      let (waiting, count) = upstreamNames(pending)
      stage.decision = .maybe
      stage.reason =
        "\(waiting.joined(separator: ", ")) \(count == 1 ? "runs" : "run") first; "
        + "saved if what comes out is unchanged"
    } else if let previous, previous.isSameStage {
      stage.reason = node.reason(for: stage.changes, after: previous.outcome)
    } else {
      stage.reason = "never run"
    }
  }

  private func knownComponents(of node: StageNode) -> [KeyComponent] {
    node.ownComponents
      + node.inputs.compactMap { input in
        known[input.origin].map { KeyComponent(input.componentPath, .digest($0)) }
      }
  }

  /// The stages that make inputs, several instances of a matrix as one such as `dpo ×4`, and how many they are.
  private func upstreamNames(_ pending: [InputBinding]) -> (names: [String], count: Int) {
    var groups: [(declared: Substring, members: [String])] = []
    for case .stage(let name, _) in pending.map(\.origin) {
      let declared = name.prefix { $0 != "@" }
      if let place = groups.firstIndex(where: { $0.declared == declared }) {
        if !groups[place].members.contains(name) { groups[place].members.append(name) }
      } else {
        groups.append((declared, [name]))
      }
    }
    let names = groups.map { $0.members.count == 1 ? $0.members[0] : "\($0.declared) ×\($0.members.count)" }
    return (names, groups.reduce(0) { $0 + $1.members.count })
  }
}
