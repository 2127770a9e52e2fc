import Artifacts
import GRDB
import Lineage
import Testing

/// A store of 20,000 executions in 2,000 runs: each run tunes ten policies from a model of the run before, and the
/// lineage of a model goes back through fifty runs.
@Suite struct ScaleTests {
  let store: TemporaryStore
  let database: LineageDatabase

  init() throws {
    store = try TemporaryStore()
    database = try store.database()
    try DatabaseQueue(path: store.layout.database.path).write { db in try db.execute(sql: Self.rows) }
  }

  /// Execution n belongs to run n / 10; digests are its number in 64 hexadecimal digits.
  private static let rows = """
    CREATE TEMP TABLE number AS WITH RECURSIVE number(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number
      WHERE n < 19999) SELECT n, n / 10 + 1 AS run, n % 10 AS position, printf('%064x', n) AS digest FROM number;
    INSERT INTO manifest VALUES (printf('%064d', 0), '');
    INSERT INTO environment VALUES (1, '{}');
    INSERT INTO run SELECT run, 'run-' || run, 'scale', '', printf('%064d', 0), '{}', '{}', '[]', 1, 'succeeded', 0, 0, 0, 0, 0
      FROM number WHERE position = 0;
    INSERT INTO run_stage SELECT run, position, 'stage' || position, 'dpo', 'run', '' FROM number;
    INSERT INTO object (digest, kind, size, state, created_at) SELECT digest, 'blob', 1, 'present', 0 FROM number;
    INSERT INTO artifact SELECT n + 1, 'model', digest FROM number;
    INSERT INTO action SELECT n + 1, digest, 'dpo', 1 FROM number;
    INSERT INTO execution (sequence, id, run, stage, kind, action, state, started_at)
      SELECT n + 1, 'execution-' || n, run, 'stage' || position, 'dpo', n + 1, 'succeeded', 0 FROM number;
    INSERT INTO action_result SELECT n + 1, n + 1, '', 1 FROM number;
    INSERT INTO edge SELECT n + 1, 'out', 'model', 0, NULL, NULL, n + 1, NULL, '{}' FROM number;
    INSERT INTO edge SELECT n + 1, 'in', 'model', 0, NULL, 'stage0.model', (run - 2) * 10 + 1,
      (run - 2) * 10 + 1, NULL FROM number WHERE run % 50 <> 1;
    """

  private func digest(_ number: Int) throws -> Digest {
    let digits = String(number, radix: 16)
    return try #require(Digest(String(repeating: "0", count: 64 - digits.count) + digits))
  }

  @Test("the lineage of one artifact, and what a plan of a thousand stages asks, are found at once")
  func answersAtOnce() throws {
    let reader = try #require(try LineageReader.open(store.layout))
    try checkLineage(reader)
    try checkPlan(reader)
  }

  @Test
  func
    `A plan, a lineage and an explanation ask for rows by their keys: nothing walks through a table that grows`()
    throws
  {
    let key = try digest(19_999)
    let walks = try DatabaseQueue(path: store.layout.database.path).read { db in
      var statements: Set<String> = []
      db.trace { event in
        if case .statement(let statement) = event { statements.insert(statement.sql) }
      }
      let queries = LineageQueries(db: db)
      _ = try queries.resolve("stage3.model")
      _ = try queries.resolve(String(key.text.suffix(64)))
      _ = try queries.record(of: .content(key), [.up, .down])
      _ = try queries.result(for: key)
      _ = try queries.previousAction(pipeline: "scale", stage: "stage9", kind: "dpo", excluding: key)
      _ = try queries.lastCost(pipeline: "scale", stage: "stage9", kind: "sft")
      _ = try queries.lastCost(kind: "sft")
      let run = try #require(try queries.latestRun(pipeline: "scale"))
      _ = try queries.keys(of: run.id)
      db.trace()
      #expect(statements.count > 10)
      return try statements.sorted().flatMap { sql in
        let explanation = try db.makeStatement(sql: "EXPLAIN QUERY PLAN " + sql)
        explanation.setUncheckedArguments(StatementArguments())
        return try Row.fetchAll(explanation).compactMap { $0["detail"] as String? }.filter { step in
          Self.growing.contains { step.hasPrefix("SCAN \($0)") }
        }
      }
    }
    #expect(walks == [])
  }

  /// The tables that have a row for each run, execution, artifact or key.
  private static let growing = [
    "action", "artifact", "edge", "execution", "metric", "object", "run", "source",
  ]

  private func checkLineage(_ reader: LineageReader) throws {
    let last = try digest(19_999)
    var graph = LineageGraph(nodes: [], edges: [])
    let times = try (0..<3).map { _ in
      try ContinuousClock().measure {
        graph = try reader.read { try $0.lineage(of: .content(last), [.up]) }
      }
    }
    #expect(graph.nodes.count == 100)
    #expect(times.contains { $0 < .milliseconds(50) })
  }

  private func checkPlan(_ reader: LineageReader) throws {
    let keys = try (0..<1_000).map(digest)
    var found = 0
    let time = try ContinuousClock().measure {
      found = try reader.read { queries in
        try keys.indices.reduce(0) { count, stage in
          let result = try queries.result(for: keys[stage])
          let previous = try queries.previousAction(
            pipeline: "scale", stage: "stage\(stage % 10)", kind: "dpo", excluding: keys[stage])
          return count + (result?.outputs.count == 1 && previous != nil ? 1 : 0)
        }
      }
    }
    #expect(found == 1_000)
    #expect(time < .milliseconds(600), "a debug build, on a busy machine")
  }
}
