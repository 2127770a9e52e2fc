import Artifacts
import Foundation
import Lineage
import Testing

/// Kills processes that record, and looks at what the next command finds.
@Suite(.serialized) struct RecoveryTests {
  @Test("a run whose process was killed becomes interrupted at the next start, and a living one stays")
  func interruptsDeadRuns() async throws {
    let store = try TemporaryStore()
    let root = store.layout.root.path
    await #expect(processExitsWith: .signal(SIGKILL)) { [root = root as String] in
      let database = try LineageDatabase(StoreLayout(root: URL(fileURLWithPath: root)))
      let run = try database.begin(stages: ["sft"])
      _ = try database.start(
        ExecutionStart(
          stage: "sft", kind: "sft", kindVersion: 1, key: database.key("sft"), configuration: .null,
          inputs: []),
        in: run)
      kill(getpid(), SIGKILL)
    }
    let database = try store.database()
    let living = try database.begin(stages: [])
    let dead = try #require(try database.read { try $0.runs() }.last)
    #expect(dead.state == .running)
    #expect(try database.interruptAbandonedRuns() == [dead.id])
    let detail = try database.read { try $0.run(dead.id) }
    #expect(detail.summary.state == .interrupted && detail.stages[0].execution?.state == .interrupted)
    #expect(try database.read { try $0.run(living.id) }.summary.state == .running)
    #expect(try database.interruptAbandonedRuns().isEmpty)
  }

  @Test("a kill at any instant leaves rows that have their bytes", arguments: [3, 17, 40, 90, 160])
  func killedWhileRecording(milliseconds: Int) async throws {
    let store = try TemporaryStore()
    let root = store.layout.root.path
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [root = root as String, milliseconds = milliseconds as Int] in
      Thread.detachNewThread {
        usleep(UInt32(milliseconds) * 1000)
        kill(getpid(), SIGKILL)
      }
      let layout = StoreLayout(root: URL(fileURLWithPath: root))
      let database = try LineageDatabase(layout)
      let objects = ObjectStore(layout)
      let run = try database.begin(stages: ["sft"])
      for index in 0... {
        let execution = try database.start(
          ExecutionStart(
            stage: "sft", kind: "sft", kindVersion: 1, key: database.key("sft", ["index": .integer(index)]),
            configuration: .null, inputs: []),
          in: run)
        let file = layout.work.appendingPathComponent("output")
        try Data("output \(index)".utf8).write(to: file)
        let object = try objects.put(file)
        try database.succeed(
          execution,
          outputs: [OutputRecord(port: "model", artifact: Artifact(type: "model", object: object))],
          seconds: 0)
      }
    }
    let database = try store.database()
    try database.interruptAbandonedRuns()
    let rows = try database.read { try $0.presentObjects() }
    let report = try ObjectStore(store.layout).verify(expecting: rows.map(\.digest))
    #expect(report.damage.isEmpty)
    #expect(try database.read { try $0.runs() }.allSatisfy { $0.state == .interrupted })
  }
}
