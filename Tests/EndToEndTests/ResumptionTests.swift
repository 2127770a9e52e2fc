import Foundation
import JSONText
import TestSupport
import Testing

/// A stage that was interrupted goes on from its checkpoint.
@Suite struct ResumptionTests {
  /// What ten or more kills say for sure, some say soon.
  private static let kills = ProcessInfo.processInfo.environment["PLUMBLINE_KILLS"].flatMap(Int.init) ?? 2

  /// The finished pipeline, with PPO still to come: many mini-batches, each followed by a checkpoint.
  private func projectBeforePPO() throws -> Project {
    let project = try Project.finished()
    try project.replace(
      "num_ppo_epochs: 1\n        num_train_epochs: 1",
      with: "num_ppo_epochs: 2\n        max_steps: 60\n        save_seconds: 0")
    return project
  }

  @Test
  func `12: PPO that is killed at random instants goes on and makes the bytes of a quiet run`() throws {
    let seed = SeededGenerator.seed()
    print("PLUMB_TEST_SEED=\(seed)")
    var random = SeededGenerator(seed: seed)
    let quiet = try projectBeforePPO()
    var digests: [String: String] = [:]
    let time = try ContinuousClock().measure { digests = try quiet.run().digests }
    let metrics = try quiet.json("metrics", "align")["series"]
    var resumed = 0
    for kill in 0..<Self.kills {
      let project = try projectBeforePPO()
      let command = try project.start("run", "pipeline.yaml", "--quiet")
      usleep(UInt32.random(in: 0...UInt32(time / .microseconds(1)), using: &random))
      command.send(SIGKILL)
      _ = try command.wait()
      let rest = try project.run()
      #expect(rest.digests == digests, "seed \(seed), kill \(kill)")
      #expect(try project.json("metrics", "align")["series"] == metrics, "seed \(seed), kill \(kill)")
      #expect(try project.isStoreIntact(), "seed \(seed), kill \(kill)")
      if try project.json("show", "align")["resumed_step"]?.intValue != nil { resumed += 1 }
      #expect(try checkpoints(of: project).isEmpty, "seed \(seed), kill \(kill)")
    }
    print("PPO killed \(Self.kills) times; \(resumed) runs went on from a checkpoint")
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func `13: One signal keeps what a stage did, and the next run goes on from there`(signal: Int32) throws {
    let project = try savingProject()
    try interrupt(project, by: signal)
    #expect(try checkpoints(of: project).count { $0.hasSuffix(".checkpoint") } == 1)
    let interrupted = try #require(try project.json("show", "base")["id"]?.stringValue)

    let rest = try project.run()
    let step = try #require(rest["base"]?.json["resumed_from_step"]?.intValue)
    #expect(step > 0 && step < 1000)
    #expect(rest.errors.contains("Resuming base from \(step)/1000 steps"))
    let shown = try project.json("show", "base")
    #expect(shown["resumed_from"]?.stringValue == interrupted && shown["resumed_step"]?.intValue == step)
    let nodes = try project.json("lineage", "sft.model")["nodes"]?.arrayValue ?? []
    #expect(nodes.compactMap { $0["resumed_from"]?.stringValue } == [interrupted])
    #expect(try project.plumb("lineage", "sft.model").output.contains(", resumed"))
    #expect(try project.plumb("show", "base").output.contains("step \(step) of \(interrupted)"))
    #expect(try checkpoints(of: project).isEmpty)

    let quiet = try savingProject()
    #expect(try quiet.run().digests == rest.digests)
    #expect(
      try quiet.json("metrics", "base")["series"] == project.json("metrics", "base")["series"],
      "the series is that of a run that was never interrupted")
    #expect(try quiet.json("show", "base")["resumed_from"] == .null)
  }

  @Test func `13: A forced stage begins anew`() throws {
    let project = try savingProject()
    try interrupt(project, by: SIGINT)
    _ = try project.run("--force", "base")
    #expect(try project.json("show", "base")["resumed_from"] == .null)
  }

  @Test func `3: How often a stage is saved changes nothing, so nothing runs again`() throws {
    let project = try Project.finished()
    try project.replace("max_steps: 6", with: "max_steps: 6\n    save_steps: 2\n    save_seconds: 1")
    #expect(try project.plumb("plan", "pipeline.yaml").status == 0)
  }

  /// The pipeline with a base model that trains for long enough to be caught at it, and is saved on the way.
  private func savingProject() throws -> Project {
    let project = try Project.slow(steps: 1000)
    try project.replace("max_steps: 1000", with: "max_steps: 1000\n    save_steps: 20")
    return project
  }

  /// Starts a run and ends it by a signal once the base model was saved.
  private func interrupt(_ project: Project, by signal: Int32) throws {
    let command = try project.start("run", "pipeline.yaml", "--quiet")
    let isSaved = eventually {
      !command.isRunning || (try? checkpoints(of: project))?.contains { $0.hasSuffix(".checkpoint") } == true
    }
    try #require(isSaved && command.isRunning, "\(command.errorsSoFar)")
    command.send(signal)
    #expect(try command.wait().status == 130)
  }

  /// Paths in the store's directory of checkpoints.
  private func checkpoints(of project: Project) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(
      atPath: project.store.appendingPathComponent("checkpoints").path)
  }
}
