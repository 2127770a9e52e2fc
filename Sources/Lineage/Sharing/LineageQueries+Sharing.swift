import Artifacts
import Diagnostics
import GRDB
import JSONText

extension LineageQueries {
  /// Runs that have ended.
  public func endedRuns() throws -> [RunID] {
    try String.fetchAll(db, sql: "SELECT id FROM run WHERE state <> 'running' ORDER BY sequence").map {
      RunID($0)
    }
  }

  /// Runs to give to another store: those asked for and all they refer to, but for runs that go on, with what needs
  /// them. Runs that refer to each other come as a group; a group refers to earlier groups only.
  ///
  /// - Parameter targets: runs, pipelines, artifacts or tags; empty for everything.
  /// - Throws: `Diagnostic` if a target means nothing.
  public func sharedRuns(_ targets: [String]) throws -> [[RunID]] {
    let order = try db.rows("SELECT sequence, id, state FROM run ORDER BY sequence")
    let references = try runReferences()
    var wanted: Set<Int64> = targets.isEmpty ? Set(order.map { $0["sequence"] }) : []
    for target in targets { wanted.formUnion(try runs(meantBy: target)) }
    var pending = Array(wanted)
    while let run = pending.popLast() {
      for other in references[run] ?? [] where wanted.insert(other).inserted { pending.append(other) }
    }
    var unfinished = Set(order.filter { $0["state"] == "running" }.map { $0["sequence"] as Int64 })
    while let more = wanted.first(where: { run in
      !unfinished.contains(run) && (references[run] ?? []).contains { unfinished.contains($0) }
    }) {
      unfinished.insert(more)
    }
    let chosen = order.filter { row in
      let run: Int64 = row["sequence"]
      return wanted.contains(run) && !unfinished.contains(run)
    }
    return Self.groups(chosen.map { ($0["sequence"], RunID($0["id"])) }, references)
  }

  private static func groups(_ runs: [(sequence: Int64, id: RunID)], _ references: [Int64: Set<Int64>])
    -> [[RunID]]
  {
    var groups: [[RunID]] = []
    var reach: Int64 = 0
    var isOpen = false
    for run in runs {
      if isOpen { groups[groups.count - 1].append(run.id) } else { groups.append([run.id]) }
      reach = max(reach, references[run.sequence]?.max() ?? 0)
      isOpen = run.sequence < reach
    }
    return groups
  }

  /// The other runs that each run's executions point to.
  private func runReferences() throws -> [Int64: Set<Int64>] {
    var references: [Int64: Set<Int64>] = [:]
    for row in try db.rows(
      """
      SELECT execution.run AS source, other.run AS target FROM execution
      JOIN execution AS other ON other.sequence = execution.cached_from
      UNION SELECT execution.run, other.run FROM execution
      JOIN execution AS other ON other.sequence = execution.resumed_from
      UNION SELECT execution.run, other.run FROM edge JOIN execution ON execution.sequence = edge.execution
      JOIN execution AS other ON other.sequence = edge.producer
      """) where row["source"] as Int64 != row["target"]
    {
      references[row["source"], default: []].insert(row["target"])
    }
    return references
  }

  private func runs(meantBy target: String) throws -> [Int64] {
    let pipeline = try Int64.fetchAll(
      db, sql: "SELECT sequence FROM run WHERE pipeline = ?", arguments: [target])
    if !pipeline.isEmpty { return pipeline }
    let runs: [RunID]
    switch try resolve(target) {
    case .run(let id): runs = [id]
    case .execution(let id): runs = [try execution(id).run]
    case .artifact(let artifact, _):
      let made = try lineage(of: .content(artifact.digest), [.up]).nodes.compactMap { node -> RunID? in
        if case .execution(_, _, _, let run, _, _) = node { run } else { nil }
      }
      runs = made.isEmpty ? try sources(of: artifact.digest).prefix(1).map(\.run) : made
    }
    return try runs.compactMap { try db.value("SELECT sequence FROM run WHERE id = ?", [$0.text]) }
  }

  /// The contents that runs used and made, and that are promised to be there.
  public func contents(of runs: [RunID]) throws -> [ObjectReference] {
    let ids = JSON.array(runs.map { .string($0.text) }).compact
    return try db.rows(
      """
      WITH chosen AS (SELECT run.sequence FROM json_each(?) JOIN run ON run.id = value),
      used AS (
        SELECT artifact FROM source WHERE run IN chosen
        UNION SELECT edge.artifact FROM execution JOIN edge ON edge.execution = execution.sequence
          WHERE execution.run IN chosen
      )
      SELECT DISTINCT object.digest, object.kind, object.size FROM used JOIN artifact ON artifact.id = used.artifact
      JOIN object ON object.digest = artifact.digest WHERE object.state = 'present' ORDER BY object.digest
      """, [ids]
    ).map { row in
      ObjectReference(digest: try row.digest("digest"), kind: try row.word("kind"), size: row["size"])
    }
  }
}
