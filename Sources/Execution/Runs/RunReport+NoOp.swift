import Artifacts
import Lineage
import Pipeline

extension RunReport {
  /// The report of a run that would only repeat the newest one; nothing is written, and what killed processes left
  /// is cleared away.
  ///
  /// - Throws: `Diagnostic` if the store cannot be read.
  public static func repeating(_ plan: StorePlan, layout: StoreLayout, seconds: Double) throws -> RunReport {
    try ObjectStore(layout).removeAbandoned()
    var stages: [StageReport] = []
    if let reader = try LineageReader.open(layout) {
      stages = try reader.read { queries in
        try plan.plan.stages.map { try StageReport(stored: $0, queries) }
      }
    }
    return RunReport(
      run: plan.repeated?.text, pipeline: plan.plan.graph.name, state: .succeeded, seconds: seconds,
      stages: stages, isNoOp: true)
  }
}

extension StageReport {
  /// What a run would say of a stage whose outputs are stored.
  ///
  /// - Throws: `Diagnostic` if the store cannot be read.
  init(stored planned: PlannedStage, _ queries: LineageQueries) throws {
    self.init(planned.node, .cached, reason: planned.reason, key: planned.key?.digest)
    guard let key = planned.key, let result = try queries.result(for: key.digest) else { return }
    metrics = try queries.finalMetrics(of: result.execution).map { .init(name: $0.name, value: $0.value) }
    outputs = result.outputs.compactMap { output in
      PortType(rawValue: output.artifact.type).map { (output.port, $0, output.artifact.digest) }
    }
    judge(planned.node.requirements)
  }
}
