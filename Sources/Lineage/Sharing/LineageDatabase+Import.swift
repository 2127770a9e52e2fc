import Artifacts
import Diagnostics
import GRDB
import JSONText

/// What taking in runs of another store has changed.
public struct ImportSummary: Sendable, Hashable {
  public var runs = 0
  public var executions = 0
  /// Executions whose outputs differ from those known here for the same key: the ones known stay.
  public var different: [ExecutionID] = []

  public init() {}

  public static func += (sum: inout ImportSummary, other: ImportSummary) {
    sum.runs += other.runs
    sum.executions += other.executions
    sum.different += other.different
  }
}

extension LineageDatabase {
  /// Takes in a group of runs of another store, all or none of them; runs that are known already are left as they are.
  ///
  /// Nothing is believed: digests, identifiers, words and types are checked, keys are computed again from their parts,
  /// and a row never promises bytes that are not there.
  ///
  /// - Parameter isHere: whether the store has content whole; it refuses what has another kind or size.
  /// - Throws: `Diagnostic` that says what was refused.
  public func importRuns(_ bundles: [JSON], isHere: (ObjectReference) throws -> Bool) throws -> ImportSummary
  {
    try write { db in
      do {
        var importer = try RunImporter(db)
        return try importer.take(bundles, isHere: isHere)
      } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
        throw Diagnostic.refused("rows that contradict each other (\(error.message ?? "constraint failed"))")
      }
    }
  }
}

/// Writes runs of another store into this one; valid inside a transaction.
private struct RunImporter {
  private let db: Database
  private let runColumns, stageColumns, requirementColumns, sourceColumns, executionColumns: TableColumns
  private let edgeColumns, seriesColumns, pointColumns: TableColumns
  private var artifacts: [Artifact: Int64] = [:]

  init(_ db: Database) throws {
    self.db = db
    runColumns = try TableColumns(run: db)
    stageColumns = try TableColumns(ofRun: "run_stage", db)
    requirementColumns = try TableColumns(ofRun: "requirement", db)
    sourceColumns = try TableColumns(ofRun: "source", db)
    executionColumns = try TableColumns(execution: db)
    edgeColumns = try TableColumns(edge: db)
    seriesColumns = try TableColumns(series: db)
    pointColumns = try TableColumns(point: db)
  }

  mutating func take(_ bundles: [JSON], isHere: (ObjectReference) throws -> Bool) throws -> ImportSummary {
    var summary = ImportSummary()
    var executions: [(order: Int, run: Int64, json: JSON)] = []
    for bundle in bundles {
      guard let run = try insertRun(bundle, isHere) else { continue }
      summary.runs += 1
      for execution in bundle["executions"]?.arrayValue ?? [] {
        executions.append((execution["order"]?.intValue ?? 0, run, execution))
      }
    }
    // References point to what came before.
    executions.sort { $0.order < $1.order }
    for (_, run, execution) in executions {
      let (id, isDifferent) = try insertExecution(execution, of: run, isHere)
      summary.executions += 1
      if isDifferent { summary.different.append(id) }
    }
    return summary
  }

  /// - Returns: nil for a run that is known.
  private mutating func insertRun(_ json: JSON, _ isHere: (ObjectReference) throws -> Bool) throws -> Int64? {
    let id = try identifier(json["id"])
    if try db.value("SELECT sequence FROM run WHERE id = ?", [id]) as Int64? != nil { return nil }
    guard let state = json["state"]?.stringValue, state != RunState.running.rawValue else {
      throw Diagnostic.refused("the run \(id), which goes on")
    }
    guard let text = json["manifest_text"]?.stringValue, let digest = json["manifest"]?.stringValue,
      Digest(hashing: text).text == digest
    else { throw Diagnostic.refused("the run \(id) with another manifest than it says") }
    guard let environment = json["environment"]?.stringValue, ColumnRule.json.allows(environment) else {
      throw Diagnostic.refused("an 'environment' that is no JSON")
    }
    try db.run("INSERT INTO manifest (digest, text) VALUES (?, ?) ON CONFLICT DO NOTHING", [digest, text])
    try db.run("INSERT INTO environment (facts) VALUES (?) ON CONFLICT DO NOTHING", [environment])
    let facts = try db.required("SELECT id FROM environment WHERE facts = ?", [environment])
    try runColumns.insert(json, ["environment": facts], into: db)
    let run = db.lastInsertedRowID
    for stage in json["stages"]?.arrayValue ?? [] { try stageColumns.insert(stage, ["run": run], into: db) }
    for requirement in json["requirements"]?.arrayValue ?? [] {
      try requirementColumns.insert(requirement, ["run": run], into: db)
    }
    for source in json["sources"]?.arrayValue ?? [] {
      let artifact = try row(of: try Artifact(shared: source["artifact"]), isHere)
      try sourceColumns.insert(source, ["run": run, "artifact": artifact], into: db)
    }
    return run
  }

  private mutating func insertExecution(
    _ json: JSON, of run: Int64, _ isHere: (ObjectReference) throws -> Bool
  ) throws -> (ExecutionID, isDifferent: Bool) {
    let id = try identifier(json["id"])
    guard let word = json["state"]?.stringValue, let state = ExecutionState(rawValue: word), state != .running
    else {
      throw Diagnostic.refused("the execution \(id), which has not ended")
    }
    let action = try action(json)
    try executionColumns.insert(
      json,
      [
        "run": run, "action": action, "cached_from": try execution(json["cached_from"]),
        "resumed_from": try execution(json["resumed_from"]),
      ], into: db)
    let sequence = db.lastInsertedRowID
    var outputs: [OutputRecord] = []
    for edge in json["edges"]?.arrayValue ?? [] {
      let artifact = try Artifact(shared: edge["artifact"])
      try edgeColumns.insert(
        edge,
        [
          "execution": sequence, "artifact": try row(of: artifact, isHere),
          "producer": try execution(edge["producer"]),
        ], into: db)
      if edge["direction"] == "out" {
        outputs.append(OutputRecord(port: edge["port"]?.stringValue ?? "", artifact: artifact))
      }
    }
    for series in json["series"]?.arrayValue ?? [] {
      try seriesColumns.insert(series, ["execution": sequence], into: db)
      let id = db.lastInsertedRowID
      for point in series["points"]?.arrayValue ?? [] {
        try pointColumns.insert(point, ["series": id], into: db)
      }
    }
    guard let result = json["result"]?.stringValue, action != nil else { return (ExecutionID(id), false) }
    guard state == .succeeded, ["canonical", "other"].contains(result) else {
      throw Diagnostic.refused("a result of the execution \(id), which has none of that kind")
    }
    let standing = try db.recordResult(
      of: sequence, outputsDigest: Digest(ofOutputs: outputs), replacingCanonical: false,
      mayBeCanonical: result == "canonical")
    if case .different = standing { return (ExecutionID(id), true) }
    return (ExecutionID(id), false)
  }

  /// The action of an execution, its key computed again from its parts.
  private func action(_ json: JSON) throws -> Int64? {
    guard let text = json["key"]?.stringValue else { return nil }
    let key = CacheKey(try (json["components"]?.arrayValue ?? []).map { try KeyComponent(shared: $0) })
    guard key.digest.text == text, let kind = json["kind"]?.stringValue,
      let version = json["kind_version"]?.intValue, ColumnRule.count.allows(Int64(version))
    else { throw Diagnostic.refused("the cache key \(text.prefix(64)), which is not that of its parts") }
    return try db.actionRow(for: key, kind: kind, version: version)
  }

  private mutating func row(of artifact: Artifact, _ isHere: (ObjectReference) throws -> Bool) throws -> Int64
  {
    if let known = artifacts[artifact] { return known }
    let row: Int64
    if try isHere(artifact.object) {
      row = try db.artifactRow(for: artifact)
    } else {
      try db.run(
        "INSERT INTO object (digest, kind, size, state, created_at) VALUES (?, ?, ?, 'deleted', ?) ON CONFLICT DO NOTHING",
        [artifact.digest.text, artifact.object.kind.rawValue, artifact.object.size, currentMilliseconds()])
      try db.run(
        "INSERT INTO artifact (type, digest) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [artifact.type, artifact.digest.text])
      row = try db.required(
        "SELECT id FROM artifact WHERE digest = ? AND type = ?", [artifact.digest.text, artifact.type])
    }
    artifacts[artifact] = row
    return row
  }

  /// The row of an execution that another one points to.
  private func execution(_ json: JSON?) throws -> Int64? {
    guard let json, !json.isNull else { return nil }
    let id = try identifier(json)
    guard let sequence: Int64 = try db.value("SELECT sequence FROM execution WHERE id = ?", [id]) else {
      throw Diagnostic.refused("a reference to the execution \(id), which it did not send")
    }
    return sequence
  }

  /// A UUID as this program writes it.
  private func identifier(_ json: JSON?) throws -> String {
    guard let text = json?.stringValue,
      text.wholeMatch(of: /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/) != nil
    else {
      throw Diagnostic.refused("something else than an identifier: \(json?.compact.prefix(80) ?? "nothing")")
    }
    return text
  }
}
