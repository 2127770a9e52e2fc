import Artifacts
import Diagnostics
import GRDB
import JSONText

/// What surrounded the executions of a run without being in their keys.
public struct RunCircumstances: Sendable, Hashable {
  public var pipeline: String
  public var manifestPath: String
  public var manifestText: String
  /// Facts about machine and program.
  public var environment: JSON
  public var sources: [SourceRecord]
  public var requirements: [RequirementRecord]
}

extension LineageQueries {
  /// What the same stage of the same pipeline was made of before it came to be made of this; nil if it never was made
  /// of anything else.
  ///
  /// - Parameter execution: the execution whose key is left out, and whose time is looked back from.
  public func previousAction(before execution: ExecutionID) throws -> PreviousAction? {
    let row = try db.row(
      """
      SELECT earlier.id, earlier.state, run.id AS run_id, action.key FROM execution AS later
      JOIN run AS later_run ON later_run.sequence = later.run
      JOIN execution AS earlier ON earlier.stage = later.stage AND earlier.sequence < later.sequence
        AND earlier.action <> later.action
      JOIN run ON run.sequence = earlier.run AND run.pipeline = later_run.pipeline
      JOIN action ON action.id = earlier.action
      WHERE later.id = ? ORDER BY earlier.sequence DESC LIMIT 1
      """, [execution.text])
    guard let row else { return nil }
    let key = try row.digest("key")
    return PreviousAction(
      key: key, execution: ExecutionID(row["id"]), run: RunID(row["run_id"]), state: try row.word("state"),
      isSameStage: true, components: try components(of: key))
  }

  /// What surrounded a run, without looking at its stages.
  ///
  /// - Throws: `Diagnostic` if there is no run with this identifier.
  public func circumstances(of run: RunID) throws -> RunCircumstances {
    guard
      let row = try db.row(
        """
        SELECT run.sequence, run.pipeline, run.manifest_path, manifest.text, environment.facts FROM run
        JOIN manifest ON manifest.digest = run.manifest
        JOIN environment ON environment.id = run.environment WHERE run.id = ?
        """, [run.text])
    else { throw Diagnostic(.unknownReference, "the store has no run '\(run)'", hint: "plumb runs") }
    return RunCircumstances(
      pipeline: row["pipeline"], manifestPath: row["manifest_path"], manifestText: row["text"],
      environment: try row.json("facts"), sources: try sources(ofRun: row["sequence"]),
      requirements: try requirements(of: run))
  }
}
