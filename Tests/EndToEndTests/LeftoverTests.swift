import Foundation
import JSONText
import Testing

/// What killed processes leave in `tmp` and `work`, and what clears it away.
@Suite struct LeftoverTests {
  /// Leaves what processes leave that were killed while they stored, laid out inputs or made a database.
  private func leave(in store: URL) throws {
    for name in ["tmp/put-1/bytes", "tmp/database-1/plumb.db", "work/views-1/0/model", "work/sft-1/log.txt"] {
      let file = store.appendingPathComponent(name)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(count: 1000).write(to: file)
    }
  }

  private func leftovers(in store: URL) throws -> [String] {
    try ["tmp", "work"].flatMap {
      try FileManager.default.contentsOfDirectory(atPath: store.appendingPathComponent($0).path)
    }
  }

  @Test func `12: A run that has nothing else to do clears away what killed processes left`() throws {
    let project = try Project.finished()
    try leave(in: project.store)
    #expect(try project.plumb("run", "pipeline.yaml").status == 0)
    #expect(try project.json("runs")["runs"]?.arrayValue?.count == 1, "it was no run of its own")
    #expect(try leftovers(in: project.store) == [])
  }

  @Test
  func `12: What lies in the store of a run that lives stays, and goes once it was killed`()
    throws
  {
    let project = try Project.slow(steps: 20_000)
    let command = try project.startUntilBaseTrains()
    #expect(try !leftovers(in: project.store).isEmpty, "the directories of the living stay")
    #expect(try project.json("store", "gc")["leftovers"]?["count"] == 0)
    #expect(try project.plumb("doctor").output.contains("leftovers") == false)
    #expect(command.isRunning)
    command.send(SIGKILL)
    _ = try command.wait()
    #expect(try project.json("store", "gc")["leftovers"]?["count"]?.intValue ?? 0 > 0)
    #expect(
      try eventually { try project.plumb("store", "gc").status == 0 && leftovers(in: project.store) == [] })
  }

  @Test func `gc and doctor see what killed processes left, and a plan touches nothing`() throws {
    let project = try Project.finished()
    try leave(in: project.store)
    let finding = try project.json("doctor")["findings"]?.arrayValue?.first { $0["subject"] == "leftovers" }
    #expect(finding?["verdict"] == "doubtful")
    #expect(finding?["text"]?.stringValue?.hasPrefix("4 directories, 4.0 kB of killed processes") == true)
    let plan = try project.plumb("store", "gc", "--plan")
    #expect(
      plan.output.contains("would remove 4 directories, 4.0 kB of killed processes\n"), "\(plan.output)")
    #expect(try leftovers(in: project.store).count == 4)
    #expect(try project.json("store", "gc")["leftovers"] == ["count": 4, "bytes": 4000])
    #expect(try leftovers(in: project.store) == [])
  }

  @Test func `A push and a pull clear away what killed ones left`() throws {
    let project = try Project.finished()
    let remote = project.path("shared")
    #expect(try project.plumb("store", "push", "shared").status == 0)
    for store in [project.store, remote] { try leave(in: store) }
    #expect(try project.plumb("store", "push", "shared").status == 0)
    #expect(try leftovers(in: project.store) == [] && leftovers(in: remote) == [])
    try leave(in: project.store)
    #expect(try project.plumb("store", "pull", "shared").status == 0)
    #expect(try leftovers(in: project.store) == [])
  }
}
