import Artifacts
import Foundation
import Lineage
import Testing

@Suite struct ReaderTests {
  let store: TemporaryStore

  init() throws { store = try TemporaryStore() }

  @Test("looking at a store that nobody writes to changes no file and no time")
  func touchesNothing() throws {
    do {
      let database = try store.database()
      let run = try database.begin(stages: ["sft"])
      try database.execute("sft", in: run, output: "model")
      try database.finish(run, .succeeded, seconds: 1)
    }
    let before = try store.state()
    do {
      let reader = try #require(try LineageReader.open(store.layout))
      #expect(try reader.read { try $0.runs() }.count == 1)
      #expect(try reader.read { try $0.resolveArtifact("sft.model") }.artifact == Artifact("model", "model"))
    }
    #expect(try store.state() == before)
  }

  @Test("a store without a database has no reader, and looking makes none")
  func withoutDatabase() throws {
    let before = try store.state()
    #expect(try LineageReader.open(store.layout) == nil)
    #expect(try store.state() == before)
  }

  @Test("a reader sees what a run writes while it writes")
  func followsWriter() throws {
    _ = try store.database()
    let early = try #require(try LineageReader.open(store.layout))
    #expect(try early.read { try $0.runs() }.isEmpty)
    let database = try store.database()
    let run = try database.begin(stages: ["sft"])
    let execution = try database.start(
      ExecutionStart(
        stage: "sft", kind: "sft", kindVersion: 1, key: database.key("sft"), configuration: .null, inputs: []),
      in: run)
    let late = try #require(try LineageReader.open(store.layout))
    for done in 1...3 {
      try database.record(ProgressRecord(done: done, total: 3, unit: "steps"), of: execution)
      for reader in [early, late] {
        #expect(try reader.read { try $0.execution(execution) }.progress?.done == done)
      }
    }
  }

  @Test("readers and two writers at once never fail and see whole transactions")
  func concurrent() async throws {
    let layout = store.layout
    _ = try store.database()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<2 {
        group.addTask {
          let database = try LineageDatabase(layout)
          for index in 0..<20 {
            let run = try database.begin("pipeline \(writer)", stages: ["sft"])
            try database.execute(
              "sft", in: run, configuration: ["index": .integer(index)], output: "\(index)")
            try database.finish(run, .succeeded, seconds: 0)
          }
        }
      }
      for _ in 0..<2 {
        group.addTask {
          for _ in 0..<40 {
            let reader = try #require(try LineageReader.open(layout))
            for run in try reader.read({ try $0.runs() }) where run.state == .succeeded {
              #expect(run.counts == [.succeeded: 1])
            }
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try store.database().read { try $0.runs() }.count == 40)
  }
}
