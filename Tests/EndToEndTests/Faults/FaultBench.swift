import Foundation
import TestSupport
import Testing

/// A project that faults happen to, and what a quiet run of it makes.
struct FaultBench {
  /// Steps of the base model: enough that a random instant often falls into a stage.
  private static let steps = 120

  let project: Project
  /// Digests of all outputs, by `stage.port`.
  let digests: [String: String]
  /// How long the quiet run took.
  let time: Duration

  /// Runs the pipeline undisturbed.
  init() throws {
    let quiet = try Self.project()
    var digests: [String: String] = [:]
    time = try ContinuousClock().measure { digests = try quiet.run().digests }
    self.digests = digests
    project = try Self.project()
  }

  /// The pipeline with a base model that is saved now and then.
  private static func project() throws -> Project {
    let project = try Project.slow(steps: steps)
    try project.replace("max_steps: \(steps)", with: "max_steps: \(steps)\n    save_steps: 10")
    return project
  }

  private init(project: Project, digests: [String: String], time: Duration) {
    (self.project, self.digests, self.time) = (project, digests, time)
  }

  /// The same pipeline in a project and a store of its own.
  func fresh() throws -> FaultBench {
    FaultBench(project: try Self.project(), digests: digests, time: time)
  }

  /// Lets a random part of the time of a whole run pass, short ones more often.
  func wait(_ random: inout SeededGenerator) {
    let part = Double.random(in: 0...1, using: &random)
    usleep(UInt32(part * part * (time / .microseconds(1))))
  }

  /// What lies in the objects of the store, sorted.
  func objects() throws -> [URL] {
    let folder = project.store.appendingPathComponent("objects")
    return try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
      .map { folder.appendingPathComponent($0) }.filter { $0.lastPathComponent.count == 64 }
  }

  /// Holds that the next command works as it stands and that the store is intact.
  func checkStore() throws {
    guard FileManager.default.fileExists(atPath: project.store.path) else { return }
    let plan = try project.plumb("plan", "pipeline.yaml")
    try #require([0, 2].contains(plan.status), "plan: \(plan.errors)")
    let verification = try project.plumb("store", "verify")
    try #require(verification.status == 0, "verify: \(verification.output)\(verification.errors)")
  }

  /// Holds that a run without any option finishes, makes what a quiet run makes and leaves nothing behind.
  func checkRun() throws {
    let run = try project.run()
    try #require(run.digests == digests, "other bytes than a quiet run")
    try checkStore()
    for folder in ["work", "tmp"] {
      let path = project.store.appendingPathComponent(folder).path
      let leftovers = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
      try #require(leftovers.isEmpty, "left in \(folder): \(leftovers)")
    }
  }

  /// Recorded objects that are not there, or not whole.
  func lostObjects() throws -> Int {
    guard FileManager.default.fileExists(atPath: project.store.path) else { return 0 }
    return try project.plumb("store", "verify", "--json").json()["damaged"]?.arrayValue?.count ?? 0
  }
}
