import Artifacts
import Diagnostics
import GRDB

extension LineageQueries {
  /// What means the newest run wherever a run is named, and therefore is no name of a tag.
  static let newestRun = "latest"

  /// Finds what a user means.
  ///
  /// - `latest` means the newest run;
  /// - the name of a tag means what it points to;
  /// - `STAGE.PORT`, `STAGE` and `sources.NAME` mean the newest run that has the stage or source;
  /// - with `RUN:` in front, another one, whose identifier may be a prefix;
  /// - anything else is a prefix of a run's, an execution's or an artifact's identifier; where it fits a run and
  ///   executions, which begin with the time alike, it means the run.
  /// - Throws: `Diagnostic` if there is nothing of the name, or several things.
  public func resolve(_ text: String) throws -> Referent {
    if let colon = text.firstIndex(of: ":") {
      let run = try resolveRun(String(text[..<colon]))
      let name = String(text[text.index(after: colon)...])
      guard let found = try resolve(name: name, in: run) else { throw try unknown(name, in: run) }
      return found
    }
    if text == Self.newestRun { return .run(try resolveRun(text)) }
    if let name = try? TagName(text), let artifact = try tag(name)?.artifact {
      return .artifact(artifact, label: text)
    }
    if let found = try resolve(name: text, in: nil) { return found }
    return try resolve(prefix: text)
  }

  /// Whether a stage of any run has this name.
  func hasStage(_ name: String) throws -> Bool {
    try db.value("SELECT 1 FROM run_stage WHERE stage = ? LIMIT 1", [name]) as Int64? != nil
  }

  /// Finds the content a user means; the name of a stage with one output means that output.
  ///
  /// - Throws: `Diagnostic` if there is nothing of the name, several things, or no content.
  public func resolveArtifact(_ text: String) throws -> (artifact: Artifact, label: String?) {
    switch try resolve(text) {
    case .artifact(let artifact, let label): return (artifact, label)
    case .execution(let id):
      let execution = try execution(id)
      if let output = execution.outputs.first, execution.outputs.count == 1 {
        return (output.artifact, "\(execution.stage).\(output.port)")
      }
      let ports = execution.outputs.map { "\(execution.stage).\($0.port)" }
      throw Diagnostic(
        .ambiguousReference, "'\(text)' has \(ports.isEmpty ? "no" : "several") outputs",
        hint: ports.isEmpty ? "plumb status" : "name one of \(ports.joined(separator: ", "))")
    case .run(let id):
      throw Diagnostic(
        .ambiguousReference, "'\(text)' is the run \(id)", hint: "name an output: \(text):STAGE.PORT")
    }
  }

  /// Finds a run by a prefix of its identifier, or the newest run for `latest`.
  public func resolveRun(_ text: String) throws -> RunID {
    if text == Self.newestRun, let latest = try latestRun() { return latest.id }
    let candidates = try matches("SELECT id FROM run WHERE id >= ? AND id < ? LIMIT 9", prefix: text)
    if candidates.count > 1 { throw ambiguous(text, candidates.map { "run \($0)" }) }
    guard let id = candidates.first else {
      throw Diagnostic(.unknownReference, "the store has no run '\(text)'", hint: "plumb runs")
    }
    return RunID(id)
  }

  private func resolve(name: String, in run: RunID?) throws -> Referent? {
    if let execution = try execution(ofStage: name, in: run) { return .execution(execution) }
    guard let dot = name.lastIndex(of: ".") else { return nil }
    let stage = String(name[..<dot])
    let port = String(name[name.index(after: dot)...])
    if stage == "sources" { return try source(port, in: run).map { .artifact($0, label: name) } }
    guard let id = try execution(ofStage: stage, in: run) else { return nil }
    let execution = try execution(id)
    if let output = execution.outputs.first(where: { $0.port == port }) {
      return .artifact(output.artifact, label: name)
    }
    let ports = execution.outputs.map(\.port)
    throw Diagnostic(
      .unknownReference,
      ports.isEmpty
        ? "'\(stage)' has no outputs in run \(execution.run.short): it is \(execution.state.rawValue)"
        : "'\(stage)' has no output '\(port)'",
      hint: nearestName(to: port, among: ports).map { "did you mean '\(stage).\($0)'?" }
        ?? (ports.isEmpty
          ? "name an earlier run: RUN:\(name); see plumb runs" : "it has \(ports.joined(separator: ", "))"))
  }

  /// The execution of a stage in a run, or in the newest run that planned it.
  private func execution(ofStage stage: String, in run: RunID?) throws -> ExecutionID? {
    let id: String? = try db.value(
      """
      SELECT execution.id FROM execution WHERE stage = ?1 AND run = coalesce(
        (SELECT sequence FROM run WHERE id = ?2), (SELECT max(run) FROM run_stage WHERE stage = ?1))
      ORDER BY sequence DESC LIMIT 1
      """, [stage, run?.text])
    return id.map { ExecutionID($0) }
  }

  private func source(_ name: String, in run: RunID?) throws -> Artifact? {
    try db.row(
      """
      SELECT artifact.type, object.digest, object.kind AS object_kind, object.size
      FROM source JOIN artifact ON artifact.id = source.artifact JOIN object ON object.digest = artifact.digest
      WHERE source.name = ?1 AND (?2 IS NULL OR source.run = (SELECT sequence FROM run WHERE id = ?2))
      ORDER BY source.run DESC LIMIT 1
      """, [name, run?.text]
    )?.artifact()
  }

  private func resolve(prefix: String) throws -> Referent {
    var found: [(referent: Referent, text: String)] = []
    for id in try matches("SELECT id FROM run WHERE id >= ? AND id < ? LIMIT 9", prefix: prefix) {
      found.append((.run(RunID(id)), "run \(id)"))
    }
    if found.isEmpty {
      for id in try matches("SELECT id FROM execution WHERE id >= ? AND id < ? LIMIT 9", prefix: prefix) {
        found.append((.execution(ExecutionID(id)), "execution \(id)"))
      }
    }
    for artifact in try artifacts(prefix: prefix) {
      found.append((.artifact(artifact, label: nil), "\(artifact.type) \(artifact.digest)"))
    }
    if found.count > 1 { throw ambiguous(prefix, found.map(\.text)) }
    guard let only = found.first else { throw try unknown(prefix, in: nil) }
    return only.referent
  }

  /// Artifacts whose digest begins with a prefix, one for each digest.
  private func artifacts(prefix: String) throws -> [Artifact] {
    guard let end = upperBound(ofPrefix: prefix) else { return [] }
    return try db.rows(
      """
      SELECT artifact.type, object.digest, object.kind AS object_kind, object.size
      FROM artifact JOIN object ON object.digest = artifact.digest
      WHERE artifact.digest >= ? AND artifact.digest < ? GROUP BY artifact.digest LIMIT 9
      """, [prefix, end]
    ).map { try $0.artifact() }
  }

  private func matches(_ sql: String, prefix: String) throws -> [String] {
    guard let end = upperBound(ofPrefix: prefix) else { return [] }
    return try String.fetchAll(db.cachedStatement(sql: sql), arguments: [prefix, end])
  }

  /// A text behind every identifier that begins with `prefix`; nil if none can.
  private func upperBound(ofPrefix prefix: String) -> String? {
    let isIdentifier = prefix.utf8.allSatisfy {
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
        || $0 == UInt8(ascii: "-")
    }
    return isIdentifier && !prefix.isEmpty ? prefix + "~" : nil
  }

  private func ambiguous(_ text: String, _ candidates: [String]) -> Diagnostic {
    let shown = candidates.prefix(8).joined(separator: ", ") + (candidates.count > 8 ? ", …" : "")
    return Diagnostic(
      .ambiguousReference, "'\(text)' means several things: \(shown)", hint: "give more of the identifier")
  }

  private func unknown(_ name: String, in run: RunID?) throws -> Diagnostic {
    let stages = try String.fetchAll(
      db,
      sql: """
        SELECT stage FROM run_stage WHERE run = coalesce(
          (SELECT sequence FROM run WHERE id = ?), (SELECT max(sequence) FROM run))
        """, arguments: [run?.text])
    let place = run.map { "run \($0.short)" } ?? "the store"
    let stage = String(name.split(separator: ".").first ?? "")
    return Diagnostic(
      .unknownReference, "\(place) has nothing called '\(name)'",
      hint: nearestName(to: stage, among: stages).map { "did you mean '\($0)'?" }
        ?? "plumb runs; plumb status")
  }
}
