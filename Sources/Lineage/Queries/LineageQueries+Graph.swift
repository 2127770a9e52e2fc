import Artifacts
import Diagnostics
import GRDB

extension LineageQueries {
  /// Everything that is upstream, downstream, or both, with the start itself.
  ///
  /// Upwards, an execution leads to exactly the executions whose outputs it was given, even if others made the same
  /// bytes. Downwards, content leads to everything that ever consumed these bytes successfully. A cached execution
  /// stands for its origin.
  ///
  /// - Throws: `Diagnostic` if the start is unknown.
  public func lineage(of start: LineageStart, _ directions: Set<LineageGraph.Direction>) throws
    -> LineageGraph
  {
    let (executions, artifacts) = try rows(of: start)
    var found = GraphRows(executions: Set(executions), artifacts: Set(artifacts))
    if directions.contains(.up) { found.formUnion(try ancestors(executions, artifacts)) }
    if directions.contains(.down) { found.formUnion(try descendants(executions, artifacts)) }
    return try graph(found)
  }

  private func rows(of start: LineageStart) throws -> (executions: [Int64], artifacts: [Int64]) {
    let executions: [Int64]
    var artifacts: [Int64] = []
    switch start {
    case .content(let digest):
      executions = []
      artifacts = try integers("SELECT id FROM artifact WHERE digest = ?", [digest.text])
    case .execution(let id):
      executions = try integers(
        "SELECT coalesce(cached_from, sequence) FROM execution WHERE id = ?", [id.text])
    case .run(let id):
      executions = try integers(
        """
        SELECT DISTINCT coalesce(cached_from, sequence) FROM execution
        WHERE run = (SELECT sequence FROM run WHERE id = ?) AND state IN ('succeeded', 'cached')
        """, [id.text])
      guard try db.value("SELECT sequence FROM run WHERE id = ?", [id.text]) as Int64? != nil else {
        throw Diagnostic(.unknownReference, "the store has no run '\(id)'", hint: "plumb runs")
      }
      return (executions, [])
    }
    guard !executions.isEmpty || !artifacts.isEmpty else {
      throw Diagnostic(.unknownReference, "the store's lineage does not know this content or execution")
    }
    return (executions, artifacts)
  }

  private func ancestors(_ executions: [Int64], _ artifacts: [Int64]) throws -> GraphRows {
    let found = try integers(
      """
      WITH RECURSIVE up(execution) AS (
        SELECT value FROM json_each(?1)
        UNION SELECT edge.execution FROM json_each(?2) JOIN edge
          ON edge.artifact = value AND edge.direction = 'out'
        UNION SELECT edge.producer FROM up JOIN edge
          ON edge.execution = up.execution AND edge.direction = 'in' WHERE edge.producer IS NOT NULL
      ) SELECT execution FROM up
      """, [list(executions), list(artifacts)])
    let inputs = try integers(
      """
      SELECT DISTINCT edge.artifact FROM json_each(?) JOIN edge
        ON edge.execution = value AND edge.direction = 'in'
      """, [list(found)])
    return GraphRows(executions: Set(found), artifacts: Set(inputs))
  }

  private func descendants(_ executions: [Int64], _ artifacts: [Int64]) throws -> GraphRows {
    var found = GraphRows()
    for row in try db.rows(
      """
      WITH RECURSIVE down(is_execution, id) AS (
        SELECT 1, value FROM json_each(?1)
        UNION SELECT 0, value FROM json_each(?2)
        UNION SELECT 0, edge.artifact FROM down JOIN edge
          ON edge.execution = down.id AND edge.direction = 'out' WHERE down.is_execution = 1
        UNION SELECT 1, edge.execution FROM down JOIN edge
          ON edge.artifact = down.id AND edge.direction = 'in'
          JOIN execution ON execution.sequence = edge.execution AND execution.state = 'succeeded'
          WHERE down.is_execution = 0
      ) SELECT is_execution, id FROM down
      """, [list(executions), list(artifacts)])
    {
      if row["is_execution"] { found.executions.insert(row["id"]) } else { found.artifacts.insert(row["id"]) }
    }
    return found
  }

  private func integers(_ sql: String, _ arguments: StatementArguments) throws -> [Int64] {
    try Int64.fetchAll(db.cachedStatement(sql: sql), arguments: arguments)
  }
}

/// Rows of executions and artifacts that belong to a graph.
struct GraphRows {
  var executions: Set<Int64> = []
  var artifacts: Set<Int64> = []

  mutating func formUnion(_ other: GraphRows) {
    executions.formUnion(other.executions)
    artifacts.formUnion(other.artifacts)
  }
}

/// Integers as a JSON array, for `json_each`.
func list(_ integers: some Collection<Int64>) -> String {
  "[" + integers.sorted().map(String.init).joined(separator: ",") + "]"
}
