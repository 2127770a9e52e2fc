import Artifacts
import Lineage
import Pipeline

/// A plan against a store, made without touching it.
public struct StorePlan: Sendable {
  public var plan: Plan
  /// The newest run of the pipeline if it succeeded with exactly these keys and met these requirements: running
  /// again would repeat it.
  public var repeated: RunID?
  /// Stages whose stored results do not meet what is required of them: a run would stop at them.
  public var unmet: [StageReport] = []
}

extension StorePlan {
  /// Plans a graph against what a store holds. No file, row or time of modification changes.
  public static func make(_ graph: StageGraph, layout: StoreLayout, forced: Set<String> = []) throws
    -> StorePlan
  {
    guard let reader = try LineageReader.open(layout) else {
      let digester = ContentDigester()
      let plan = try Planner.plan(graph, catalog: EmptyCatalog(), forced: forced) {
        try digester.reference(to: $0.path).digest
      }
      return StorePlan(plan: plan, repeated: nil)
    }
    return try reader.read { queries in try make(graph, queries, ObjectStore(layout), forced) }
  }

  private static func make(
    _ graph: StageGraph, _ queries: LineageQueries, _ objects: ObjectStore, _ forced: Set<String>
  ) throws -> StorePlan {
    let digester = ContentDigester(cache: try queries.statCache())
    let catalog = LineageCatalog(queries: queries, objects: objects, pipeline: graph.name)
    let plan = try Planner.plan(graph, catalog: catalog, forced: forced) {
      try digester.reference(to: $0.path).digest
    }
    let unmet = try plan.stages.filter { $0.decision == .cached && !$0.node.requirements.isEmpty }
      .map { try StageReport(stored: $0, queries) }.filter { !$0.meetsRequirements }
    guard plan.isUpToDate, let run = try queries.latestRun(pipeline: graph.name), run.state == .succeeded
    else {
      return StorePlan(plan: plan, repeated: nil, unmet: unmet)
    }
    let keys = try queries.keys(of: run.id)
    let isRepeat = plan.stages.allSatisfy { stage in
      stage.key != nil && keys[stage.node.name] == stage.key?.digest && !stage.isInTrash
    }
    return StorePlan(
      plan: plan, repeated: try isRepeat && meets(plan.graph.stages, run.id, queries) ? run.id : nil,
      unmet: unmet)
  }

  /// Whether a run that succeeded was held to every requirement. They are in no key: a run with others is recorded.
  private static func meets(_ stages: [StageNode], _ run: RunID, _ queries: LineageQueries) throws -> Bool {
    let required = stages.flatMap { stage in stage.requirements.map { [stage.name, $0.metric, $0.condition] }
    }
    guard !required.isEmpty else { return true }
    let known = Set(try queries.requirements(of: run).map { [$0.stage, $0.metric, $0.condition] })
    return required.allSatisfy(known.contains)
  }
}
