import Foundation
import TestSupport
import Testing

/// Brings faults about at random and holds that nothing is lost by them.
///
/// `PLUMBLINE_FAULTS=200 scripts/test --filter FaultTests` brings about that many; `PLUMB_TEST_SEED` repeats a run
/// that failed, whose project stays for a look at it.
@Suite(.serialized) struct FaultTests {
  /// Faults that happen to one project before it is run to its end.
  private static let perProject = 4

  /// How often a fault happened and what came of it.
  private struct Count {
    var injected = 0
    var recovered = 0
    var lost = 0
    var seconds = 0.0
  }

  private let count = ProcessInfo.processInfo.environment["PLUMBLINE_FAULTS"].flatMap(Int.init) ?? 6

  @Test func `12: After faults of all kinds at random instants the next run makes the same bytes`() throws {
    let seed = SeededGenerator.seed()
    print("PLUMB_TEST_SEED=\(seed) PLUMBLINE_FAULTS=\(count)")
    var random = SeededGenerator(seed: seed)
    let bench = try FaultBench()
    let possible = Faults.all.filter { $0.isPossible }
    var counts: [String: Count] = [:]
    for start in stride(from: 0, to: count, by: Self.perProject) {
      let own = try bench.fresh()
      // Every kind comes about as often as the others.
      let faults = (start..<min(count, start + Self.perProject)).map { possible[$0 % possible.count] }
        .shuffled(using: &random)
      do {
        for fault in faults { try inflict(fault, on: own, &random, &counts) }
        try own.checkRun()
      } catch {
        own.project.keep()
        let names = faults.map { $0.name }.joined(separator: ", ")
        Issue.record(
          "seed \(seed), fault \(start) and on: \(names): \(error); the project is \(own.project.directory.path)"
        )
      }
    }
    print(table(counts))
  }

  private func inflict(
    _ fault: any Fault.Type, on bench: FaultBench, _ random: inout SeededGenerator,
    _ counts: inout [String: Count]
  ) throws {
    counts[fault.name, default: Count()].injected += 1
    let time = try ContinuousClock().measure {
      try fault.inflict(on: bench, &random)
      counts[fault.name]?.lost += try bench.lostObjects()
      try bench.checkStore()
    }
    counts[fault.name]?.recovered += 1
    counts[fault.name]?.seconds += time / .seconds(1)
  }

  private func table(_ counts: [String: Count]) -> String {
    let rows =
      counts.sorted { $0.key < $1.key } + [
        (
          "all",
          counts.values.reduce(into: Count()) { sum, count in
            sum.injected += count.injected
            sum.recovered += count.recovered
            sum.lost += count.lost
            sum.seconds += count.seconds
          }
        )
      ]
    return rows.map { name, count in
      let title = name.padding(toLength: 18, withPad: " ", startingAt: 0)
      return String(
        format: "faults %@ injected %3d, recovered %3d, objects lost %d, %.1f s", title, count.injected,
        count.recovered,
        count.lost, count.seconds)
    }.joined(separator: "\n")
  }
}
