import Artifacts
import Diagnostics
import Execution
import Foundation
import Lineage
import Pipeline
import Testing

@Suite struct RepairTests {
  /// Runs stages, and then writes something else in the place of their output.
  private struct FickleExecutor: StageExecutor {
    func start(
      _ request: StageRequest, in directory: URL, onEvent: @escaping @Sendable (StageEvent) -> Void,
      onEnd: @escaping @Sendable (StageOutcome) -> Void
    ) throws -> any RunningStage {
      try ThreadExecutor().start(request, in: directory, onEvent: onEvent) { outcome in
        try? Data("other".utf8).write(to: request.outputDirectory.appendingPathComponent("text"))
        onEnd(outcome)
      }
    }
  }

  private func plan(_ workshop: Workshop, _ registry: StageRegistry = StageRegistry([Join.self])) throws
    -> RepairPlan
  {
    let objects = ObjectStore(workshop.layout)
    let reader = try #require(try LineageReader.open(workshop.layout))
    return try reader.read { queries in
      try StoreRepair(workshop.layout, registry: registry)
        .plan(try objects.verify(expecting: queries.presentObjects().map(\.digest)), queries)
    }
  }

  private func perform(
    _ plan: RepairPlan, _ workshop: Workshop, executor: any StageExecutor = ThreadExecutor(),
    interruption: RunInterruption = RunInterruption()
  ) throws -> [StoreRepair.Result] {
    try StoreRepair(workshop.layout, registry: StageRegistry([Join.self])).perform(
      plan, executor: executor, threads: 1, interruption: interruption, onProgress: { _, _ in })
  }

  private func repair(
    _ workshop: Workshop, _ registry: StageRegistry = StageRegistry([Join.self]),
    executor: any StageExecutor = ThreadExecutor()
  ) throws -> [StoreRepair.Result] {
    try perform(try plan(workshop, registry), workshop, executor: executor)
  }

  private func damage(_ stage: String, _ report: RunReport, in workshop: Workshop) throws -> URL {
    let digest = try #require(report.stages.first { $0.name == stage }?.outputs.first?.digest)
    let file = ObjectStore(workshop.layout).url(of: digest)
    try FileManager.default.removeItem(at: file)
    try Data("damaged".utf8).write(to: file)
    return file
  }

  private static let stages = """
    a: {text: ["${sources.seed}"], note: first}
    b: {text: ["${a}"], note: second}
    """

  @Test func `What comes out different replaces nothing`() throws {
    let workshop = try Workshop()
    let file = try damage("a", try workshop.run(Self.stages), in: workshop)
    let results = try repair(workshop, executor: FickleExecutor())
    #expect(results.map(\.failure?.code) == [.differentAgain])
    #expect(try String(contentsOf: file, encoding: .utf8) == "damaged")
    #expect(try repair(workshop).map(\.failure) == [nil])
    #expect(try String(contentsOf: file, encoding: .utf8) == "seed\nfirst")
  }

  @Test func `A kind that this program does not have cannot repeat what it made`() throws {
    let workshop = try Workshop()
    _ = try damage("b", try workshop.run(Self.stages), in: workshop)
    let results = try repair(workshop, StageRegistry([]))
    #expect(results.map(\.failure?.code) == [.notRepaired])
    #expect(results.first?.failure?.message.contains("no stage kind 'join'") == true)
  }

  @Test func `What a run stored after the plan was made is not set aside`() throws {
    let workshop = try Workshop()
    _ = try workshop.run(Self.stages)
    // Bytes of an unfinished command, damaged, that the plan sets aside and a run then stores and records.
    let text = "seed\nfirstthird"
    let digest = Digest(hashing: text)
    let file = workshop.layout.object(digest)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data("damaged".utf8).write(to: file)
    let plan = try plan(workshop)
    #expect(plan.steps.map(\.name) == [digest.text])
    _ = try workshop.run(Self.stages + "\nc: {text: [\"${a}\"], note: third}")
    #expect(try perform(plan, workshop).map(\.failure) == [nil])
    #expect(try String(contentsOf: file, encoding: .utf8) == text)
    #expect(try self.plan(workshop).damage.isEmpty)
    // Damaged again, it is promised now, and what the old plan says of it is not done.
    try FileManager.default.removeItem(at: file)
    try Data("damaged".utf8).write(to: file)
    #expect(try perform(plan, workshop).map(\.failure?.code) == [.notRepaired])
    #expect(FileManager.default.fileExists(atPath: file.path))
    #expect(try repair(workshop).map(\.failure) == [nil])
  }

  @Test func `A repair that waits for another process ends when it is asked to`() throws {
    let workshop = try Workshop()
    let report = try workshop.run(Self.stages)
    _ = try damage("a", report, in: workshop)
    let plan = try plan(workshop)
    let key = try #require(report.stages.first { $0.name == "a" }?.key)
    var holder = try FileLock.attempt(workshop.layout.lock(of: key))
    let interruption = RunInterruption()
    let trash = workshop.layout.trash.path
    Thread.detachNewThread {
      // What is damaged goes there first, before anything is made again.
      let isAtWork = { (try? FileManager.default.subpathsOfDirectory(atPath: trash))?.count == 2 }
      while !isAtWork() { usleep(1000) }
      _ = interruption.request()
    }
    let results = try perform(plan, workshop, interruption: interruption)
    #expect(results.allSatisfy { $0.failure?.message == "interrupted" })
    withExtendedLifetime(holder) {}
    holder = nil
    #expect(try repair(workshop).map(\.failure) == [nil])
  }

  @Test func `What one stage made from itself and another made from a source is made from the source`() throws
  {
    let workshop = try Workshop()
    // The digest of what is made in two ways comes first, so that it is looked at first.
    let made = Digest(hashing: "constant")
    let note = try #require((0..<100).map(String.init).first { Digest(hashing: "constant\($0)") > made })
    let report = try workshop.run(
      """
      a: {text: ["${sources.seed}"], mode: constant}
      b: {text: ["${a}"], note: "\(note)"}
      c: {text: ["${b}"], mode: constant}
      """)
    _ = try damage("b", report, in: workshop)
    _ = try damage("c", report, in: workshop)
    let plan = try plan(workshop)
    #expect(plan.steps.map(\.name) == ["a", "b"])
    #expect(try perform(plan, workshop).map(\.failure) == [nil, nil])
    #expect(try self.plan(workshop).damage.isEmpty)
  }
}
