import Foundation
import TestSupport
import Testing

/// Two runs that start at once, and now and then lose one of them.
enum TwoRuns: Fault {
  static let name = "two runs"

  static func inflict(on bench: FaultBench, _ random: inout SeededGenerator) throws {
    let first = try bench.project.start("run", "pipeline.yaml", "--quiet")
    let second = try bench.project.start("run", "pipeline.yaml", "--quiet")
    let isKilled = random.once(in: 2)
    if isKilled {
      bench.wait(&random)
      first.send(SIGKILL)
    }
    let results = [try first.wait(), try second.wait()]
    try #require(isKilled || results[0].status == 0, "\(results[0].errors)")
    try #require(results[1].status == 0, "\(results[1].errors)")
  }
}
