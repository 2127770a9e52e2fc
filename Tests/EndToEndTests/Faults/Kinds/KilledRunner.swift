import Foundation
import TestSupport
import Testing

/// SIGKILL of the runner.
enum KilledRunner: Fault {
  static let name = "killed runner"

  static func inflict(on bench: FaultBench, _ random: inout SeededGenerator) throws {
    let command = try bench.project.start("run", "pipeline.yaml", "--quiet")
    bench.wait(&random)
    command.send(SIGKILL)
    try #require([0, 128 + SIGKILL].contains(try command.wait().status))
  }
}
