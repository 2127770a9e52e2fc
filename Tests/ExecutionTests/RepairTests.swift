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

  private func repair(
    _ workshop: Workshop, _ registry: StageRegistry = StageRegistry([Join.self]),
    executor: any StageExecutor = ThreadExecutor()
  ) throws -> [StoreRepair.Result] {
    let repair = StoreRepair(workshop.layout, registry: registry)
    let objects = ObjectStore(workshop.layout)
    let reader = try #require(try LineageReader.open(workshop.layout))
    let plan = try reader.read { queries in
      try repair.plan(try objects.verify(expecting: queries.presentObjects().map(\.digest)), queries)
    }
    return try repair.perform(
      plan, executor: executor, threads: 1, interruption: RunInterruption(), onProgress: { _, _ in })
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
}
