import Artifacts
import GRDB

/// A part of the lineage with everything known of it, to leave the store in another language.
public struct LineageRecord: Sendable, Hashable {
  public var graph: LineageGraph
  /// The executions of the graph and those that the start itself names, such as the cached and failed ones of a run,
  /// in the order in which they began.
  public var executions: [ExecutionDetail]
  /// The runs of the executions, oldest first.
  public var runs: [RunDetail]
}

extension LineageQueries {
  /// A graph with its executions and runs in full; content that was deleted is described like any other.
  ///
  /// - Throws: `Diagnostic` if the start is unknown.
  public func record(of start: LineageStart, _ directions: Set<LineageGraph.Direction>) throws
    -> LineageRecord
  {
    let graph = try lineage(of: start, directions)
    var ids: [ExecutionID] = graph.nodes.compactMap { node in
      if case .execution(let id, _, _, _, _, _) = node { id } else { nil }
    }
    switch start {
    case .content: break
    case .execution(let id): ids.append(id)
    case .run(let id): ids += try run(id).stages.compactMap { $0.execution?.id }
    }
    let names = "[" + Set(ids).map { "\"\($0.text)\"" }.sorted().joined(separator: ",") + "]"
    let rows = try db.rows(
      """
      SELECT execution.id, run.id AS run_id FROM json_each(?) JOIN execution ON execution.id = value
      JOIN run ON run.sequence = execution.run ORDER BY run.sequence, execution.sequence
      """, [names])
    var runs: [RunDetail] = []
    for row in rows where runs.last?.summary.id.text != row["run_id"] {
      runs.append(try run(RunID(row["run_id"])))
    }
    return LineageRecord(
      graph: graph, executions: try rows.map { try execution(ExecutionID($0["id"])) }, runs: runs)
  }
}
