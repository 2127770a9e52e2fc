import Foundation
import TestSupport
import Testing

/// A limit on the size of files, which ends a write in its middle as a full disk does.
enum FileSizeLimit: Fault {
  static let name = "file size limit"

  static func inflict(on bench: FaultBench, _ random: inout SeededGenerator) throws {
    let blocks = Int.random(in: 1...200, using: &random)
    let result = try Plumb.shell(
      "trap '' XFSZ; ulimit -f \(blocks); exec \"$PLUMB\" run pipeline.yaml --quiet",
      in: bench.project.directory)
    try #require([0, 1].contains(result.status), "\(result.errors)")
    try #require(result.status == 0 || result.errors.contains("error["), "\(result.errors)")
  }
}
