import Artifacts
import Diagnostics
import Lineage
import Pipeline

/// Follows changes from a stage back to the leaves they come from.
struct Explainer {
  private let plan: Plan
  private let queries: LineageQueries
  private var causes: [Explanation.Cause] = []
  private var seen: Set<String> = []

  /// Explains a stage of a plan by what the store records.
  ///
  /// - Throws: `Diagnostic` if the plan has no such stage or the store cannot be read.
  static func explain(_ stage: String, in plan: Plan, _ queries: LineageQueries) throws -> Explanation {
    let planned = try plan.required(stage)
    let isPending = planned.decision != .cached
    let previous = try queries.previousAction(
      pipeline: plan.graph.name, stage: stage, kind: planned.node.kindName,
      excluding: isPending ? nil : planned.key?.digest)
    var explainer = Explainer(plan: plan, queries: queries)
    if let previous, previous.isSameStage {
      try explainer.follow(planned, from: previous.components, through: [stage])
    }
    return Explanation(
      stage: stage, isPending: isPending, decision: planned.decision, reason: planned.reason,
      causes: explainer.causes)
  }

  private init(plan: Plan, queries: LineageQueries) {
    self.plan = plan
    self.queries = queries
  }

  /// Adds the leaves that differ between what a stage was and what it is.
  private mutating func follow(_ stage: PlannedStage, from old: [KeyComponent], through path: [String]) throws
  {
    let inputs = Dictionary(stage.node.inputs.map { ($0.componentPath, $0) }) { first, _ in first }
    let known = Set(stage.components.map(\.path))
    // An input that is not known yet is pending, not gone.
    let before = old.filter { known.contains($0.path) || inputs[$0.path] == nil }
    for change in ComponentChange.between(before, stage.components) {
      if let input = inputs[change.path] {
        try followInput(input, change, of: stage, path)
      } else if !isCarried(change, stage, old) {
        add(stage, change, source: nil, path)
      }
    }
    for input in stage.node.inputs where !known.contains(input.componentPath) {
      guard case .stage(let name, _) = input.origin, let upstream = plan[stage: name] else { continue }
      let previous = try queries.previousAction(
        pipeline: plan.graph.name, stage: name, kind: upstream.node.kindName)
      guard let previous, previous.isSameStage else { continue }
      try follow(upstream, from: previous.components, through: [name] + path)
    }
  }

  private mutating func followInput(
    _ input: InputBinding, _ change: ComponentChange, of stage: PlannedStage, _ path: [String]
  ) throws {
    switch input.origin {
    case .source(let name): add(stage, change, source: name, path)
    case .stage(let name, _):
      guard case .digest(let old)? = change.old, let upstream = plan[stage: name],
        let producer = try queries.producers(of: old).last,
        let key = try queries.execution(producer.execution).key
      else { return add(stage, change, source: nil, path) }
      let count = causes.count
      try follow(upstream, from: try queries.components(of: key), through: [name] + path)
      // The same request made other bytes, or the changes were told by another way already.
      if causes.count == count, key == upstream.key?.digest { add(stage, change, source: nil, path) }
    }
  }

  /// Whether the change of an input's type only goes with the change of its content.
  private func isCarried(_ change: ComponentChange, _ stage: PlannedStage, _ old: [KeyComponent]) -> Bool {
    guard change.path.hasPrefix("input."), change.path.hasSuffix(".type") else { return false }
    let content = String(change.path.dropLast(5))
    return stage.components.first { $0.path == content } != old.first { $0.path == content }
  }

  private mutating func add(
    _ stage: PlannedStage, _ change: ComponentChange, source: String?, _ path: [String]
  ) {
    let leaf = source.map { "sources.\($0)" } ?? "\(stage.node.name) \(change.path)"
    guard seen.insert(leaf).inserted else { return }
    causes.append(
      Explanation.Cause(
        stage: stage.node.name, change: change, source: source,
        file: source.flatMap { plan.graph[source: $0]?.displayPath }, through: path))
  }
}

extension Plan {
  /// A stage of the plan by name.
  ///
  /// - Throws: `Diagnostic` if there is none.
  func required(_ name: String) throws -> PlannedStage {
    if let stage = self[stage: name] { return stage }
    throw Diagnostic(
      .unknownTarget, "the pipeline has no stage '\(name)'",
      hint: nearestName(to: name, among: graph.declaredStages).map { "did you mean '\($0)'?" })
  }
}

extension StorePlan {
  /// Explains a stage of the plan by what the store records.
  ///
  /// - Throws: `Diagnostic` if the plan has no such stage or the store cannot be read.
  public func explain(_ stage: String, layout: StoreLayout) throws -> Explanation {
    let planned = try plan.required(stage)
    guard let reader = try LineageReader.open(layout) else {
      return Explanation(
        stage: stage, isPending: true, decision: planned.decision, reason: planned.reason, causes: [])
    }
    return try reader.read { queries in try Explainer.explain(stage, in: plan, queries) }
  }
}
