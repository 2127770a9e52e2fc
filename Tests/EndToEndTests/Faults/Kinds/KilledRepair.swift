import Foundation
import TestSupport
import Testing

/// SIGKILL of a repair; the next one goes on where it was.
enum KilledRepair: Fault {
  static let name = "killed repair"

  static func inflict(on bench: FaultBench, _ random: inout SeededGenerator) throws {
    let object = try bench.damage(&random)
    let command = try bench.project.start("store", "verify", "--repair")
    usleep(UInt32.random(in: 0...200_000, using: &random))
    command.send(SIGKILL)
    try #require([0, 128 + SIGKILL].contains(try command.wait().status))
    let result = try bench.project.plumb("store", "verify", "--repair")
    try #require(result.status == 0, "\(object): \(result.output)\(result.errors)")
  }
}
