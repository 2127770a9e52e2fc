import Artifacts
import GRDB

extension LineageQueries {
  /// The graph of rows: nodes in the order in which they came to be, and every edge between two of them.
  func graph(_ rows: GraphRows) throws -> LineageGraph {
    let arguments: StatementArguments = [list(rows.executions), list(rows.artifacts)]
    var edges: [LineageGraph.Edge] = []
    for row in try db.rows(
      """
      SELECT edge.direction, edge.port, execution.id AS execution, artifact.digest FROM json_each(?1)
      JOIN edge ON edge.execution = json_each.value
      JOIN execution ON execution.sequence = edge.execution
      JOIN artifact ON artifact.id = edge.artifact
      WHERE edge.artifact IN (SELECT value FROM json_each(?2))
      ORDER BY edge.execution, edge.direction, edge.position
      """, arguments)
    {
      let execution: String = row["execution"]
      let digest: String = row["digest"]
      let isInput = row["direction"] == "in"
      edges.append(
        LineageGraph.Edge(
          from: isInput ? digest : execution, to: isInput ? execution : digest, port: row["port"]))
    }
    return LineageGraph(
      nodes: try contentNodes(rows.artifacts) + executionNodes(rows.executions), edges: edges)
  }

  /// One node for each digest, whatever types it was used as.
  private func contentNodes(_ artifacts: Set<Int64>) throws -> [LineageGraph.Node] {
    var nodes: [LineageGraph.Node] = []
    var seen: Set<Digest> = []
    for row in try db.rows(
      """
      SELECT artifact.id, artifact.type, object.digest, object.kind AS object_kind, object.size
      FROM json_each(?) JOIN artifact ON artifact.id = value JOIN object ON object.digest = artifact.digest
      ORDER BY artifact.id
      """, [list(artifacts)])
    {
      let artifact = try row.artifact()
      guard seen.insert(artifact.digest).inserted else { continue }
      let origins = try strings(
        """
        SELECT DISTINCT execution.stage || '.' || edge.port FROM artifact
        JOIN edge ON edge.artifact = artifact.id AND edge.direction = 'out'
        JOIN execution ON execution.sequence = edge.execution WHERE artifact.digest = ?
        """, artifact.digest)
      if !origins.isEmpty {
        nodes.append(.artifact(artifact, names: origins))
        continue
      }
      let names = try strings(
        """
        SELECT DISTINCT 'sources.' || source.name FROM artifact JOIN source ON source.artifact = artifact.id
        WHERE artifact.digest = ?
        """, artifact.digest)
      let paths = try strings(
        """
        SELECT DISTINCT source.path FROM artifact JOIN source ON source.artifact = artifact.id
        WHERE artifact.digest = ?
        """, artifact.digest)
      nodes.append(.source(artifact, names: names, paths: paths))
    }
    return nodes
  }

  private func executionNodes(_ executions: Set<Int64>) throws -> [LineageGraph.Node] {
    try db.rows(
      """
      SELECT execution.id, execution.stage, execution.kind, run.id AS run_id, action.key,
        resumed.id AS resumed_from
      FROM json_each(?)
      JOIN execution ON execution.sequence = value JOIN run ON run.sequence = execution.run
      LEFT JOIN action ON action.id = execution.action
      LEFT JOIN execution AS resumed ON resumed.sequence = execution.resumed_from ORDER BY execution.sequence
      """, [list(executions)]
    ).map { row in
      .execution(
        ExecutionID(row["id"]), stage: row["stage"], kind: row["kind"], run: RunID(row["run_id"]),
        key: (row["key"] as String?).flatMap { Digest($0) },
        resumedFrom: (row["resumed_from"] as String?).map { ExecutionID($0) })
    }
  }

  private func strings(_ sql: String, _ digest: Digest) throws -> [String] {
    try String.fetchAll(db.cachedStatement(sql: sql), arguments: [digest.text])
  }
}
