import GRDB
import Lineage
import Testing

@Suite struct TerminalStateTests {
  @Test(
    "the state of what has ended never changes, not even by hand",
    arguments: ["running", "failed", "interrupted"])
  func finalStates(state: String) throws {
    let store = try TemporaryStore()
    let database = try store.database()
    let run = try database.begin(stages: ["sft"])
    let execution = try database.execute("sft", in: run, output: "model")
    try database.finish(run, .succeeded, seconds: 1)
    let queue = try DatabaseQueue(path: store.layout.database.path)
    for table in ["run", "execution"] {
      #expect(throws: DatabaseError.self) {
        try queue.write { try $0.execute(sql: "UPDATE \(table) SET state = ?", arguments: [state]) }
      }
    }
    #expect(try database.read { try $0.run(run.id) }.summary.state == .succeeded)
    #expect(try database.read { try $0.execution(execution) }.state == .succeeded)
  }

  @Test("ending a run a second time changes nothing, and its unfinished executions are interrupted")
  func finishTwice() throws {
    let store = try TemporaryStore()
    let database = try store.database()
    let run = try database.begin(stages: ["sft"])
    let execution = try database.start(
      ExecutionStart(
        stage: "sft", kind: "sft", kindVersion: 1, key: database.key("sft"), configuration: .null, inputs: []),
      in: run)
    try database.finish(run, .interrupted, seconds: 1)
    try database.finish(run, .succeeded, seconds: 2)
    #expect(try database.read { try $0.run(run.id) }.summary.state == .interrupted)
    #expect(try database.read { try $0.execution(execution) }.state == .interrupted)
  }
}
