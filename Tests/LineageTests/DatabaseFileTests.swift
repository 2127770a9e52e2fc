import Artifacts
import Diagnostics
import Foundation
import GRDB
import Lineage
import Testing

@Suite struct DatabaseFileTests {
  let store: TemporaryStore

  init() throws { store = try TemporaryStore() }

  private func refused(_ code: DiagnosticCode, naming part: String) throws {
    let before = try store.state()
    for attempt in 0..<2 {
      let error = #expect(throws: Diagnostic.self) {
        if attempt == 0 {
          _ = try LineageDatabase(store.layout)
        } else {
          _ = try LineageReader.open(store.layout)
        }
      }
      #expect(error?.code == code && error?.message.contains(part) == true, "\(String(describing: error))")
    }
    #expect(try store.state() == before, "the file is left untouched")
  }

  @Test("another application's database is refused and left untouched", arguments: [0, 0x1234])
  func foreign(applicationID: Int) throws {
    try DatabaseQueue(path: store.layout.database.path).write { db in
      try db.execute(sql: "PRAGMA application_id = \(applicationID)")
      try db.execute(sql: "CREATE TABLE note (text); INSERT INTO note VALUES ('mine')")
    }
    try refused(.foreignDatabase, naming: "another application")
  }

  @Test("a file that is no database is refused and left untouched")
  func noDatabase() throws {
    try Data("just some notes".utf8).write(to: store.layout.database)
    try refused(.foreignDatabase, naming: "not a SQLite database")
  }

  @Test("a newer schema is refused and left untouched")
  func newer() throws {
    _ = try store.database()
    try DatabaseQueue(path: store.layout.database.path).write { db in
      try db.execute(sql: "PRAGMA user_version = 99")
    }
    try refused(.newerStore, naming: "version 99")
  }

  @Test("a newer schema that lies in the write-ahead log only is refused too")
  func newerInLog() throws {
    _ = try store.database()
    let queue = try DatabaseQueue(path: store.layout.database.path)
    try queue.write { db in try db.execute(sql: "PRAGMA user_version = 99") }
    let error = #expect(throws: Diagnostic.self) { try LineageDatabase(store.layout) }
    #expect(error?.code == .newerStore)
    #expect(throws: Diagnostic.self) { try LineageReader.open(store.layout) }
    try queue.close()
  }

  @Test("an empty file is no database yet")
  func emptyFile() throws {
    try Data().write(to: store.layout.database)
    #expect(try LineageReader.open(store.layout) == nil)
    let run = try store.database().begin(stages: [])
    #expect(try store.database().read { try $0.runs() }.map(\.id) == [run.id])
  }

  @Test("a database written by schema 1 opens, answers, and takes new runs")
  func version1() throws {
    let queue = try DatabaseQueue(path: store.layout.database.path)
    try queue.write { try $0.execute(sql: version1Database) }
    try queue.close()
    let database = try store.database()
    let detail = try database.read { try $0.run($0.resolveRun("0193")) }
    #expect(detail.summary.state == .succeeded && detail.stages.map(\.plan.name) == ["sft"])
    #expect(detail.stages.first?.execution?.metrics.map(\.value) == [1.25])
    let graph = try database.read { try $0.lineage(of: .run(detail.summary.id), [.up, .down]) }
    #expect(graph.nodes.count == 3 && graph.edges.count == 2)
    let run = try database.begin(stages: ["sft"])
    #expect(try database.read { try $0.latestRun() }?.id == run.id)
  }

  @Test("an older schema is not migrated by who only looks on, and the command that does is named")
  func olderUntouched() throws {
    let queue = try DatabaseQueue(path: store.layout.database.path)
    try queue.write { try $0.execute(sql: version1Database) }
    try queue.close()
    let before = try store.state()
    let error = #expect(throws: Diagnostic.self) { try LineageReader.open(store.layout, migrating: false) }
    #expect(error?.code == .olderStore && error?.hint?.contains(store.layout.root.path) == true)
    #expect(try store.state() == before)
  }

  @Test("every row of an artifact points at an object that exists")
  func foreignKeys() throws {
    let database = try store.database()
    let run = try database.begin(stages: ["sft"])
    try database.execute("sft", in: run, output: "model")
    let queue = try DatabaseQueue(path: store.layout.database.path)
    #expect(throws: DatabaseError.self) { try queue.write { try $0.execute(sql: "DELETE FROM object") } }
  }
}
