import Artifacts
import Diagnostics
import Lineage
import Pipeline

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
        stage: stage, decision: planned.decision, reason: planned.reason, causes: [], ignored: [])
    }
    return try reader.read { queries in try Explainer.explain(stage, in: plan, queries) }
  }
}
