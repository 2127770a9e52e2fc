import Foundation
import TestSupport
import Testing

/// SIGKILL of a collection that empties the trash at once.
enum KilledCollection: Fault {
  static let name = "killed collection"

  static func inflict(on bench: FaultBench, _ random: inout SeededGenerator) throws {
    let project = bench.project
    // Two runs of another pipeline leave garbage of the first.
    let text = try project.read("pipeline.yaml").replacing("name: tiny", with: "name: other")
    for seed in [random.next() % 1000, 1000 + random.next() % 1000] {
      try project.write(text.replacing("seed: 7,", with: "seed: \(seed),"), to: "other.yaml")
      let run = try project.plumb(
        "run", "other.yaml", "tokenizer", "base", "--set", "seed=\(seed)", "--quiet")
      try #require(run.status == 0, "\(run.errors)")
    }
    let command = try project.start("store", "gc", "--keep-runs", "1", "--grace", "0")
    usleep(UInt32.random(in: 0...30_000, using: &random))
    command.send(SIGKILL)
    try #require([0, 128 + SIGKILL].contains(try command.wait().status))
  }
}
