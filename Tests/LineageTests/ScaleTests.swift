import Artifacts
import GRDB
import Lineage
import Testing

/// A store of 20,000 executions in 2,000 runs: each run tunes ten policies from a model of the run before.
@Suite struct ScaleTests {
  static let runs = 2_000, executionsPerRun = 10

  let store: TemporaryStore
  let database: LineageDatabase

  init() throws {
    store = try TemporaryStore()
    database = try store.database()
    let queue = try DatabaseQueue(path: store.layout.database.path)
    try queue.write { db in
      try db.execute(sql: "INSERT INTO manifest VALUES ('m', ''); INSERT INTO environment VALUES (1, '{}')")
      for run in 1...Self.runs { try Self.insertRun(run, db) }
    }
  }

  private static func insertRun(_ run: Int, _ db: Database) throws {
    try db.execute(
      sql: """
        INSERT INTO run VALUES (?, ?, 'scale', '', 'm', '{}', '{}', '[]', 1, 'succeeded', 0, 0, 0, 0, 0);
        """, arguments: [run, "run-\(run)"])
    for index in 0..<executionsPerRun {
      let execution = (run - 1) * executionsPerRun + index + 1
      let digest = Digest(hashing: "\(execution)").text
      try db.execute(
        sql: """
          INSERT INTO run_stage VALUES (:run, :index, :stage, 'dpo', 'run', '');
          INSERT INTO object VALUES (:digest, 'blob', 1, 'present', 0);
          INSERT INTO artifact VALUES (:execution, 'model', :digest);
          INSERT INTO action VALUES (:execution, :digest, 'dpo', 1);
          INSERT INTO execution (sequence, id, run, stage, kind, action, state, started_at)
            VALUES (:execution, :id, :run, :stage, 'dpo', :execution, 'succeeded', 0);
          INSERT INTO action_result VALUES (:execution, :execution, '', 1);
          INSERT INTO edge VALUES (:execution, 'out', 'model', 0, NULL, NULL, :execution, NULL, '{}');
          """,
        arguments: [
          "run": run, "index": index, "stage": "stage\(index)", "digest": digest, "execution": execution,
          "id": "execution-\(execution)",
        ])
      // The lineage of a model goes back through fifty runs, then starts anew.
      guard run % 50 != 1 else { continue }
      let producer = (run - 2) * executionsPerRun + 1
      try db.execute(
        sql: "INSERT INTO edge VALUES (?, 'in', 'model', 0, NULL, 'stage0.model', ?, ?, NULL)",
        arguments: [execution, producer, producer])
    }
  }

  @Test("the lineage of one artifact, and what a plan of a thousand stages asks, are found at once")
  func answersAtOnce() throws {
    try checkLineage()
    try checkPlan()
  }

  private func checkLineage() throws {
    let reader = try #require(try LineageReader.open(store.layout))
    let last = Self.runs * Self.executionsPerRun
    let clock = ContinuousClock()
    var graph = LineageGraph(nodes: [], edges: [])
    let time = try (0..<3).map { _ in
      try clock.measure {
        graph = try reader.read { try $0.lineage(of: .content(Digest(hashing: "\(last)")), [.up]) }
      }
    }.min()
    #expect(graph.nodes.count == 100)
    let fastest = try #require(time)
    #expect(fastest < .milliseconds(50))
  }

  private func checkPlan() throws {
    let reader = try #require(try LineageReader.open(store.layout))
    var found = 0
    let time = try ContinuousClock().measure {
      found = try reader.read { queries in
        try (0..<1_000).reduce(0) { count, stage in
          let key = Digest(hashing: "\(stage + 1)")
          let result = try queries.result(for: key)
          let previous = try queries.previousAction(
            pipeline: "scale", stage: "stage\(stage % 10)", kind: "dpo", excluding: key)
          return count + (result?.outputs.count == 1 && previous != nil ? 1 : 0)
        }
      }
    }
    #expect(found == 1_000)
    #expect(time < .milliseconds(600), "measured in a debug build")
  }
}
