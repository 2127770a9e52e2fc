import Artifacts
import Foundation
import GRDB

/// A run with the content it used and made.
public struct RunContent: Sendable, Hashable {
  public var id: RunID
  public var pipeline: String
  public var state: RunState
  public var startedAt: Date
  /// How each artifact was called, such as `sft.model` or `sources.demos`, by digest.
  public var artifacts: [Digest: String]
}

extension LineageQueries {
  /// Every run with the content it used and made, newest first; a cached stage stands for its origin.
  public func runContents() throws -> [RunContent] {
    var artifacts: [Int64: [Digest: String]] = [:]
    for row in try db.rows(
      """
      SELECT run, 'sources.' || source.name AS label, artifact.digest AS digest FROM source
      JOIN artifact ON artifact.id = source.artifact
      UNION ALL
      SELECT execution.run, CASE edge.direction WHEN 'out' THEN execution.stage || '.' || edge.port
        ELSE edge.label END, artifact.digest
      FROM execution JOIN edge ON edge.execution = coalesce(execution.cached_from, execution.sequence)
      JOIN artifact ON artifact.id = edge.artifact
      """)
    {
      let digest = try row.digest("digest")
      let run: Int64 = row["run"]
      let label: String? = row["label"]
      if artifacts[run]?[digest] == nil { artifacts[run, default: [:]][digest] = label ?? digest.short }
    }
    return try db.rows("SELECT * FROM run ORDER BY sequence DESC").map { row in
      RunContent(
        id: RunID(row["id"]), pipeline: row["pipeline"], state: try row.word("state"),
        startedAt: row.date("started_at"), artifacts: artifacts[row["sequence"]] ?? [:])
    }
  }

  /// The contents that an artifact was made from, itself included.
  public func provenance(of digest: Digest) throws -> Set<Digest> {
    try lineage(of: .content(digest), [.up]).nodes.reduce(into: [digest]) { found, node in
      switch node {
      case .source(let artifact, _, _), .artifact(let artifact, _): found.insert(artifact.digest)
      case .execution: break
      }
    }
  }

  /// Keys whose newest execution did not end well, so that its checkpoint may be continued, with its run.
  public func unfinishedKeys() throws -> [Digest: RunID] {
    var keys: [Digest: RunID] = [:]
    for row in try db.rows(
      """
      SELECT action.key, run.id FROM action
      JOIN execution ON execution.sequence = (SELECT max(sequence) FROM execution WHERE action = action.id)
      JOIN run ON run.sequence = execution.run WHERE execution.state IN ('running', 'failed', 'interrupted')
      """)
    {
      keys[try row.digest("key")] = RunID(row["id"])
    }
    return keys
  }
}
