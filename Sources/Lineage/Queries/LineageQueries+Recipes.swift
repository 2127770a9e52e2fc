import Artifacts
import GRDB
import JSONText

/// How an execution made its outputs: enough to make them again without the manifest.
public struct ExecutionRecipe: Sendable, Hashable {
  public var execution: ExecutionID
  public var stage: String
  public var kind: String
  public var kindVersion: Int
  public var key: Digest
  /// Canonical, with every default in place.
  public var configuration: JSON
  /// In the order of the manifest.
  public var inputs: [Input]
  public var outputs: [OutputRecord]
  /// How long it took.
  public var seconds: Double?

  /// An input with what its file or directory was called where the stage read it.
  public struct Input: Sendable, Hashable {
    public var record: InputRecord
    public var fileName: String
    /// The path as the manifest said it; nil for the output of a stage.
    public var originalPath: String?
  }
}

extension LineageQueries {
  /// The recipe of an execution; nil if there is no such execution, or it never ran itself.
  public func recipe(of id: ExecutionID) throws -> ExecutionRecipe? {
    guard
      let row = try db.row(
        """
        SELECT execution.*, action.key, action.version AS kind_version, run.id AS run_id FROM execution
        JOIN action ON action.id = execution.action JOIN run ON run.sequence = execution.run
        WHERE execution.id = ? AND execution.configuration IS NOT NULL
        """, [id.text])
    else { return nil }
    let sequence: Int64 = row["sequence"]
    let run = RunID(row["run_id"])
    return ExecutionRecipe(
      execution: id, stage: row["stage"], kind: row["kind"], kindVersion: row["kind_version"],
      key: try row.digest("key"), configuration: try row.json("configuration"),
      inputs: try inputs(of: sequence).map { try input($0, of: run) }, outputs: try outputs(of: sequence),
      seconds: row["seconds"])
  }

  private func input(_ record: InputRecord, of run: RunID) throws -> ExecutionRecipe.Input {
    let source = try sources(of: record.artifact.digest).first { source in
      source.run == run && "sources.\(source.name)" == record.label
    }
    let name = (source?.path ?? record.label).split(separator: source == nil ? "." : "/").last
    return ExecutionRecipe.Input(
      record: record, fileName: name.map(String.init) ?? record.port, originalPath: source?.path)
  }

  /// Files of the user's that had this content when they were last read.
  public func knownFiles(of digest: Digest) throws -> [String] {
    try String.fetchAll(
      db, sql: "SELECT path FROM stat_cache WHERE digest = ? ORDER BY path", arguments: [digest.text])
  }
}
