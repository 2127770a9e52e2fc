import Artifacts
import Diagnostics
import Foundation
import GRDB
import JSONText

/// A run in progress; its lock tells other processes that its owner lives.
public final class ActiveRun: Sendable {
  public let id: RunID
  private let lock: FileLock

  init(id: RunID, lock: FileLock) {
    self.id = id
    self.lock = lock
  }
}

extension LineageDatabase {
  /// Writes a run down as running. It stays so for as long as the returned value lives and `finish` is not called.
  public func begin(_ run: RunDescription) throws -> ActiveRun {
    let id = RunID.make()
    guard let lock = try FileLock.attempt(layout.lock(ofRun: id.text), removesFile: true) else {
      throw Diagnostic(.storeBusy, "the lock of the new run \(id) is taken")
    }
    let owner = ProcessIdentity.current
    let manifestDigest = Digest(hashing: run.manifestText).text
    let environment = run.environment.compact
    try write { db in
      try db.run(
        "INSERT INTO manifest (digest, text) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [manifestDigest, run.manifestText])
      try db.run("INSERT INTO environment (facts) VALUES (?) ON CONFLICT DO NOTHING", [environment])
      try db.run(
        """
        INSERT INTO run (id, pipeline, manifest_path, manifest, parameters, choices, targets, environment, state,
          started_at, owner_process, owner_started)
        VALUES (?, ?, ?, ?, ?, ?, ?, (SELECT id FROM environment WHERE facts = ?), 'running', ?, ?, ?)
        """,
        [
          id.text, run.pipeline, ColumnRule.line.cleaned(run.manifestPath), manifestDigest,
          run.parameters.compact,
          run.choices.compact,
          JSON.array(run.targets.map(JSON.string)).compact, environment, currentMilliseconds(),
          owner.processID, owner.startTime,
        ])
      let sequence = db.lastInsertedRowID
      for (position, stage) in run.stages.enumerated() {
        try db.run(
          "INSERT INTO run_stage (run, position, stage, kind, decision, reason) VALUES (?, ?, ?, ?, ?, ?)",
          [sequence, position, stage.name, stage.kind, stage.decision, stage.reason])
      }
    }
    return ActiveRun(id: id, lock: lock)
  }

  /// Notes which content the run's sources had; their bytes are in the store.
  public func recordSources(_ sources: [SourceRecord], of run: ActiveRun) throws {
    try write { db in
      for source in sources {
        let artifact = try db.artifactRow(for: source.artifact)
        try db.run(
          """
          INSERT INTO source (run, name, path, artifact)
          VALUES ((SELECT sequence FROM run WHERE id = ?), ?, ?, ?)
          """,
          [run.id.text, source.name, ColumnRule.line.cleaned(source.path), artifact])
      }
    }
  }

  public func recordRequirements(_ requirements: [RequirementRecord], of run: ActiveRun) throws {
    try write { db in
      for requirement in requirements {
        try db.run(
          """
          INSERT OR REPLACE INTO requirement (run, stage, metric, condition, value, passed)
          VALUES ((SELECT sequence FROM run WHERE id = ?), ?, ?, ?, ?, ?)
          """,
          [
            run.id.text, requirement.stage, requirement.metric, requirement.condition, requirement.value,
            requirement.passed,
          ])
      }
    }
  }

  /// Ends a run; executions of it that are still running become `interrupted`. Does nothing if it has ended.
  ///
  /// - Parameter seconds: by a clock that is never set back.
  public func finish(_ run: ActiveRun, _ state: RunState, seconds: Double) throws {
    precondition(state != .running, "a run ends in a terminal state")
    try write { db in try db.finishRun(run.id.text, state, seconds: seconds) }
  }

  /// Marks runs as `interrupted` whose process is gone, whatever ended it.
  ///
  /// - Returns: the runs that were marked.
  @discardableResult
  public func interruptAbandonedRuns() throws -> [RunID] {
    let running = try read { queries in
      try String.fetchAll(queries.db, sql: "SELECT id FROM run WHERE state = 'running'")
    }
    var marked: [RunID] = []
    for id in running {
      // Whoever holds the lock is alive; a free lock belongs to nobody.
      guard let lock = try FileLock.attempt(layout.lock(ofRun: id), removesFile: true) else { continue }
      try write { db in try db.finishRun(id, .interrupted, seconds: nil) }
      withExtendedLifetime(lock) {}
      marked.append(RunID(id))
    }
    return marked
  }
}

extension Database {
  fileprivate func finishRun(_ id: String, _ state: RunState, seconds: Double?) throws {
    let now = currentMilliseconds()
    try run(
      "UPDATE run SET state = ?, finished_at = ?, seconds = ? WHERE id = ? AND state = 'running'",
      [state.rawValue, now, seconds, id])
    try run(
      """
      UPDATE execution SET state = 'interrupted', finished_at = ?
      WHERE run = (SELECT sequence FROM run WHERE id = ?) AND state = 'running'
      """,
      [now, id])
  }
}
