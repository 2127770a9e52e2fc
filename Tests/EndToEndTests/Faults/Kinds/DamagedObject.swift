import Foundation
import TestSupport
import Testing

/// A byte that flips in an object, an object that is cut, or one that is gone.
enum DamagedObject: Fault {
  static let name = "damaged object"

  static func inflict(on bench: FaultBench, _ random: inout SeededGenerator) throws {
    let object = try bench.damage(&random)
    let report = try bench.project.plumb("store", "verify", "--json")
    let damaged = (try report.json()["damaged"]?.arrayValue ?? []).compactMap { $0["object"]?.stringValue }
    // What a killed run left without a record is missed by nobody.
    let isMissed = bench.digests.values.contains(object.digest) || !object.isGone
    try #require(
      damaged == [object.digest] || (damaged.isEmpty && !isMissed),
      "verify names exactly the damage: \(damaged), not \(object)")
    try #require(report.status == (damaged.isEmpty ? 0 : 7), "\(report.output)")
    let result = try bench.project.plumb("store", "verify", "--repair")
    try #require(result.status == 0, "\(object): \(result.output)\(result.errors)")
  }
}

extension FaultBench {
  /// Damages any object of the store, after a run that has finished.
  func damage(_ random: inout SeededGenerator) throws -> (digest: String, isGone: Bool) {
    let finished = try project.plumb("run", "pipeline.yaml", "--quiet")
    try #require(finished.status == 0, "\(finished.errors)")
    let object = try #require(try objects().randomElement(using: &random))
    let digest = object.lastPathComponent
    var bytes = try Data(contentsOf: object)
    guard !bytes.isEmpty, !random.once(in: 3) else {
      try FileManager.default.removeItem(at: object)
      return (digest, true)
    }
    let place = Int.random(in: 0..<bytes.count, using: &random)
    if random.once(in: 2) {
      bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    } else {
      bytes = bytes.prefix(place)
    }
    let manager = FileManager.default
    let mode = try manager.attributesOfItem(atPath: object.path)[.posixPermissions] ?? 0o400
    try manager.setAttributes([.posixPermissions: 0o644], ofItemAtPath: object.path)
    let handle = try FileHandle(forWritingTo: object)
    try handle.truncate(atOffset: 0)
    try handle.write(contentsOf: bytes)
    try handle.close()
    try manager.setAttributes([.posixPermissions: mode], ofItemAtPath: object.path)
    return (digest, false)
  }
}
