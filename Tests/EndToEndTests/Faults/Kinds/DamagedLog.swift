import Foundation
import TestSupport
import Testing

/// A kill that leaves the database's log, whose end is then cut off or overwritten as by a loss of power.
enum DamagedLog: Fault {
  static let name = "damaged log"

  static func inflict(on bench: FaultBench, _ random: inout SeededGenerator) throws {
    let command = try bench.project.start("run", "pipeline.yaml", "--quiet", "--force", "reward")
    bench.wait(&random)
    command.send(SIGKILL)
    try #require([0, 128 + SIGKILL].contains(try command.wait().status))
    let log = bench.project.store.appendingPathComponent("plumb.db-wal")
    guard let bytes = try? Data(contentsOf: log), !bytes.isEmpty else { return }
    let place = Int.random(in: 0..<bytes.count, using: &random)
    let handle = try FileHandle(forWritingTo: log)
    if random.once(in: 2) {
      try handle.truncate(atOffset: UInt64(place))
    } else {
      try handle.seek(toOffset: UInt64(place))
      try handle.write(contentsOf: Data([bytes[place] ^ 0xFF]))
    }
    try handle.close()
  }
}
