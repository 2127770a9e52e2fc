import Foundation
import TestSupport
import Testing

/// SIGKILL of a stage's process, as a system that is out of memory sends it.
enum KilledStage: Fault {
  static let name = "killed stage"

  static func inflict(on bench: FaultBench, _ random: inout SeededGenerator) throws {
    let command = try bench.project.start("run", "pipeline.yaml", "--quiet")
    bench.wait(&random)
    if let child = command.children.first { kill(child, SIGKILL) }
    let result = try command.wait()
    // The process may have been killed after it had said that it was done.
    try #require(result.status == 0 || result.errors.contains("SIGKILL"), "\(result.errors)")
  }
}
