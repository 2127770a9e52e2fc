import Artifacts
import Lineage
import Pipeline

/// Follows changes from a stage back to the leaves they come from, each stage once.
struct Explainer {
  private let plan: Plan
  private let queries: LineageQueries
  private let target: String
  private var causes: [Explanation.Cause] = []
  private var routes = Routes()
  /// Stages whose changes are still to be looked at, with what they were made of before; nil if they never were.
  private var open: [(stage: PlannedStage, before: Past?)] = []

  /// What a stage is compared with.
  private struct Past {
    var execution: ExecutionID
    var components: [KeyComponent]

    init(execution: ExecutionID, components: [KeyComponent]) {
      self.execution = execution
      self.components = components
    }

    init(_ action: PreviousAction) {
      self.init(execution: action.execution, components: action.components)
    }
  }

  /// Explains a stage of a plan by what the store records.
  ///
  /// - Throws: `Diagnostic` if the plan has no such stage or the store cannot be read.
  static func explain(_ stage: String, in plan: Plan, _ queries: LineageQueries) throws -> Explanation {
    let planned = try plan.required(stage)
    let origin =
      try planned.decision == .cached
      ? planned.key.flatMap { try queries.result(for: $0.digest)?.execution } : nil
    let previous =
      if let origin { try queries.previousAction(before: origin) } else {
        try queries.previousAction(of: planned, in: plan)
      }
    var explainer = Explainer(plan: plan, queries: queries, target: stage)
    if origin == nil || previous != nil { try explainer.follow(planned, from: previous) }
    let compared = origin ?? previous?.execution
    return Explanation(
      stage: stage, decision: planned.decision, reason: planned.reason, causes: explainer.sortedCauses,
      ignored: try compared.map { execution in
        let latest = try queries.latestRun(pipeline: plan.graph.name).map {
          try queries.circumstances(of: $0.id)
        }
        return try IgnoredDifferences(execution, planned, plan, queries)
          .list(latest: latest, hasChanges: planned.decision != .cached)
      } ?? [],
      previous: previous?.execution, origin: origin)
  }

  private init(plan: Plan, queries: LineageQueries, target: String) {
    self.plan = plan
    self.queries = queries
    self.target = target
  }

  private mutating func follow(_ stage: PlannedStage, from previous: PreviousAction?) throws {
    open = [(stage, previous.map { Past($0) })]
    while !open.isEmpty {
      let next = open.removeFirst()
      try look(at: next.stage, next.before)
    }
    for (index, cause) in causes.enumerated() {
      // A source comes before its stage; the way is told from the stage.
      causes[index].ways =
        if let node = cause.sourceNode {
          routes.ways(from: node, to: target).map { Array($0.dropFirst()) }
        } else {
          routes.ways(from: cause.stage, to: target)
        }
    }
  }

  /// Causes in the order of the pipeline, those of a stage in the order of its key.
  private var sortedCauses: [Explanation.Cause] {
    let order = Dictionary(plan.stages.enumerated().map { ($1.node.name, $0) }) { first, _ in first }
    return causes.enumerated().sorted { a, b in
      let (first, second) = (order[a.element.stage] ?? 0, order[b.element.stage] ?? 0)
      return (first, a.offset) < (second, b.offset)
    }.map(\.element)
  }

  /// Adds the leaves that differ between what a stage was and what it is, and notes which inputs to look behind.
  private mutating func look(at stage: PlannedStage, _ previous: Past?) throws {
    let inputs = Dictionary(stage.node.inputs.map { ($0.componentPath, $0) }) { first, _ in first }
    let known = Set(stage.components.map(\.path))
    // An input that is not known yet is pending, not gone.
    let before = previous?.components.filter { known.contains($0.path) || inputs[$0.path] == nil } ?? []
    let changes =
      previous == nil ? [] : ComponentChange.between(before, stage.components).withoutConsequences
    if let state = try state(of: stage, hasChanges: !changes.isEmpty, isNew: previous == nil) {
      add(.state(state), nil, to: stage)
    } else if let previous {
      let labels = try labels(of: previous.execution)
      for change in changes {
        if let input = inputs[change.path] {
          try lookBehind(input, change, of: stage, label: labels[input.componentPath])
        } else {
          add(.leaf, change, to: stage)
        }
      }
    }
    for input in stage.node.inputs where !known.contains(input.componentPath) {
      guard case .stage(let name, _) = input.origin, let upstream = plan[stage: name] else { continue }
      if routes.add(from: name, to: stage.node.name) {
        open.append((upstream, try queries.previousAction(of: upstream, in: plan).map { Past($0) }))
      }
    }
  }

  /// What keeps a stage from being cached by itself, whatever changed: it never ran, failed, lost its bytes, or lacks a
  /// file. nil if its changes or stages before it are the reason.
  private func state(of stage: PlannedStage, hasChanges: Bool, isNew: Bool) throws -> String? {
    switch stage.decision {
    case .cached, .maybe: return nil
    case .blocked:
      let isBlockedBefore = stage.node.upstream.contains { plan[stage: $0]?.decision == .blocked }
      return isBlockedBefore ? nil : stage.reason
    case .run:
      guard let key = stage.key else { return isNew && stage.node.name == target ? stage.reason : nil }
      return try !hasChanges || queries.result(for: key.digest) != nil ? stage.reason : nil
    }
  }

  private mutating func lookBehind(
    _ input: InputBinding, _ change: ComponentChange, of stage: PlannedStage, label: String?
  ) throws {
    if let label, label != input.label {
      return add(.connection(old: label, new: input.label), change, to: stage)
    }
    switch input.origin {
    case .source(let name):
      guard let source = plan.graph[source: name] else { return add(.leaf, change, to: stage) }
      add(.source(name: name, file: source.displayPath, type: source.type), change, to: stage)
    case .stage(let name, _):
      guard case .digest(let old)? = change.old, let upstream = plan[stage: name],
        let producer = try queries.producers(of: old).last,
        let key = try queries.execution(producer.execution).key,
        // The same request that made other bytes is the end of the way.
        key != upstream.key?.digest
      else { return add(.leaf, change, to: stage) }
      guard routes.add(from: name, to: stage.node.name) else { return }
      open.append(
        (upstream, Past(execution: producer.execution, components: try queries.components(of: key))))
    }
  }

  /// What was connected to each input of an execution, as the manifest called it.
  private func labels(of execution: ExecutionID) throws -> [String: String] {
    let inputs = try queries.execution(execution).inputs
    let ports = Dictionary(grouping: inputs, by: \.port)
    let pairs = inputs.compactMap { input -> (String, String)? in
      // Of a port that takes many, the order is not told.
      if input.name == nil, (ports[input.port]?.count ?? 0) > 1 { return nil }
      return ("input.\(input.port)" + (input.name.map { "[\($0)]" } ?? ""), input.label)
    }
    return Dictionary(pairs) { first, _ in first }
  }

  private mutating func add(
    _ subject: Explanation.Cause.Subject, _ change: ComponentChange?, to stage: PlannedStage
  ) {
    let cause = Explanation.Cause(stage: stage.node.name, subject: subject, change: change, ways: [])
    // A source is told once, whatever number of stages reads it.
    if let node = cause.sourceNode, !routes.add(from: node, to: stage.node.name) { return }
    causes.append(cause)
  }
}

extension Explanation.Cause {
  /// The name of a source among the stages; it cannot be that of a stage.
  fileprivate var sourceNode: String? {
    if case .source(let name, _, _) = subject { "sources.\(name)" } else { nil }
  }
}

extension LineageQueries {
  /// What a stage that has to run was made of the last time; nil if it never ran in this pipeline.
  fileprivate func previousAction(of stage: PlannedStage, in plan: Plan) throws -> PreviousAction? {
    let action = try previousAction(
      pipeline: plan.graph.name, stage: stage.node.name, kind: stage.node.kindName)
    return action?.isSameStage == true ? action : nil
  }
}

extension [ComponentChange] {
  /// Without what only goes with another change: the type of an input with its content or with the input
  /// itself, settings and ports with their kind.
  fileprivate var withoutConsequences: [ComponentChange] {
    let paths = Set(map(\.path))
    let isAnotherKind = paths.contains("kind")
    return filter { change in
      let isOneSided = change.old == nil || change.new == nil
      if isAnotherKind, isOneSided || change.path.isSetting { return false }
      return !change.path.isInputType || !(isOneSided || paths.contains(String(change.path.dropLast(5))))
    }
  }
}

extension String {
  fileprivate var isSetting: Bool { hasPrefix("config.") || self == "version" }
  fileprivate var isInputType: Bool { hasPrefix("input.") && hasSuffix(".type") }
}
