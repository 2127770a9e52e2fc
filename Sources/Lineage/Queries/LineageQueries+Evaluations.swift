import Artifacts
import GRDB

/// A report that was made with an artifact.
public struct Evaluation: Sendable, Hashable {
  public var execution: ExecutionID
  public var stage: String
  public var report: Artifact
  /// What the report calls the artifact: its name on a port with named inputs; nil where it has none.
  public var name: String?
  /// The names of all artifacts that the report is about.
  public var names: [String]
  public var metrics: [FinalMetric]
}

extension LineageQueries {
  /// Reports that were made with an artifact among their inputs, or together with it, newest first.
  public func evaluations(of digest: Digest) throws -> [Evaluation] {
    let executions = try String.fetchAll(
      db,
      sql: """
        SELECT DISTINCT execution.id FROM artifact JOIN edge ON edge.artifact = artifact.id
        JOIN execution ON execution.sequence = edge.execution AND execution.state = 'succeeded'
        JOIN edge AS made ON made.execution = execution.sequence AND made.direction = 'out'
        JOIN artifact AS report ON report.id = made.artifact AND report.type = 'report'
        WHERE artifact.digest = ? ORDER BY execution.sequence DESC
        """, arguments: [digest.text])
    return try executions.compactMap { id in
      let execution = try execution(ExecutionID(id))
      guard let report = execution.outputs.first(where: { $0.artifact.type == "report" })?.artifact else {
        return nil
      }
      return Evaluation(
        execution: execution.id, stage: execution.stage, report: report,
        name: execution.inputs.first { $0.artifact.digest == digest && $0.name != nil }?.name,
        names: execution.inputs.compactMap(\.name), metrics: execution.metrics)
    }
  }

  /// The names of all metrics that any report has, such as `aligned.win_rate_vs_sft`.
  public func reportedMetrics() throws -> [String] {
    try String.fetchAll(
      db,
      sql: """
        SELECT DISTINCT metric_series.name FROM artifact
        JOIN edge ON edge.artifact = artifact.id AND edge.direction = 'out'
        JOIN metric_series ON metric_series.execution = edge.execution WHERE artifact.type = 'report' ORDER BY 1
        """)
  }
}
