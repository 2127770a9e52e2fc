import Foundation
import TestSupport

/// What a session of one target is to do; handed to its process as text.
struct FuzzPlan: Codable, Sendable {
  /// CPU time of one input beyond which it is a finding, in seconds; tens of thousands of bad rows, read as every kind of
  /// data, take some.
  static let slowest = 10.0
  /// Time of one input beyond which the process is ended, in seconds.
  static let patience: UInt32 = 60
  /// Bytes by which the memory of a session may grow; also what a single allocation may ask for.
  static let memory = 512 << 20

  var target: String
  var seed: UInt64
  var inputs: Range<Int>
  /// A file to read instead of made inputs.
  var replay: String?

  /// The plan that the environment asks for.
  ///
  /// `PLUMBLINE_FUZZ` is the number of inputs for each target, `PLUMB_TEST_SEED` the seed, `PLUMBLINE_FUZZ_CASE` the
  /// only input to make and `PLUMBLINE_FUZZ_INPUT` a file to read instead.
  init(target: String) {
    let environment = ProcessInfo.processInfo.environment
    self.target = target
    seed = SeededGenerator.seed()
    replay = environment["PLUMBLINE_FUZZ_INPUT"]
    if let only = environment["PLUMBLINE_FUZZ_CASE"].flatMap(Int.init) {
      inputs = only..<only + 1
    } else {
      inputs = 0..<(environment["PLUMBLINE_FUZZ"].flatMap(Int.init) ?? 60)
    }
  }

  /// Where the session works; what it leaves there after a crash is the input that caused it. In memory where the
  /// system has a place for that: file systems wait for the disk when a file is written again and again.
  var folder: URL {
    let memory = URL(fileURLWithPath: "/dev/shm", isDirectory: true)
    let manager = FileManager.default
    return (manager.isWritableFile(atPath: memory.path) ? memory : manager.temporaryDirectory)
      .appendingPathComponent("plumbline-fuzz-\(target)-\(seed)")
  }
}

/// What a session found.
struct FuzzReport: Codable, Sendable {
  var inputs = 0
  var accepted = 0
  var rejected = 0
  var seconds = 0.0
  /// CPU time of the slowest input, in seconds.
  var slowest = 0.0
  /// Bytes by which the resident memory of the process grew at its peak.
  var memory = 0
  /// What must not be, each with the number of its input; at most a few.
  var findings: [String] = []
}
