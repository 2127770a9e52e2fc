import Foundation
import TestSupport
import Testing

/// A file system that fills up at a random place, and then has space again.
enum FullDisk: Fault {
  static let name = "full disk"

  static var isPossible: Bool { Machine.canMount }

  static func inflict(on bench: FaultBench, _ random: inout SeededGenerator) throws {
    let project = bench.project
    try FileManager.default.createDirectory(at: project.path("disk"), withIntermediateDirectories: true)
    try project.write(
      """
      mount -t tmpfs -o size=\(Int.random(in: 60...700, using: &random))k tmpfs disk
      "$PLUMB" run pipeline.yaml --store disk/store --quiet > /dev/null 2> first.txt; echo $? > status.txt
      mount -o remount,size=100M disk
      "$PLUMB" store verify --store disk/store > verify.txt 2>&1; echo $? >> status.txt
      "$PLUMB" run pipeline.yaml --store disk/store --json > second.txt 2> errors.txt; echo $? >> status.txt
      "$PLUMB" store verify --store disk/store >> verify.txt 2>&1; echo $? >> status.txt
      """, to: "disk.sh")
    _ = try Plumb.shell("unshare -m sh disk.sh", in: project.directory)
    let first = try project.read("first.txt").lowercased()
    let states = try project.read("status.txt").split(separator: "\n")
    let isNamed =
      first.contains("no space left on") || first.contains("disk i/o error") || first.contains("is full")
    try #require(states.first == "0" || isNamed, "\(first)")
    // A store that could not even be made is none to verify.
    let report = try project.read("verify.txt") + project.read("errors.txt")
    let rest = Array(states.dropFirst())
    try #require(rest == ["0", "0", "0"] || rest == ["1", "0", "0"], "\(states) \(report)")
    let second = Plumb.Result(status: 0, output: try project.read("second.txt"), errors: "")
    try #require(try RunReport(second).digests == bench.digests, "other bytes than a quiet run")
  }
}
