import Foundation
import TestSupport
import Testing

@Suite struct InterruptionTests {
  @Test
  func `12: After SIGKILL of the runner or of a stage at random instants the next run makes the same bytes`()
    throws
  {
    let seed = SeededGenerator.seed()
    print("PLUMB_TEST_SEED=\(seed)")
    var random = SeededGenerator(seed: seed)
    let steps = 300
    let reference = try Project.slow(steps: steps)
    var digests: [String: String] = [:]
    let time = try ContinuousClock().measure { digests = try reference.run().digests }
    for round in 0..<3 {
      let project = try Project.slow(steps: steps)
      for kill in 0..<4 {
        let command = try project.start("run", "pipeline.yaml", "--quiet")
        usleep(UInt32.random(in: 0...UInt32(time / .microseconds(1)), using: &random))
        if Bool.random(using: &random) {
          command.send(SIGKILL)
          #expect([0, 128 + SIGKILL].contains(try command.wait().status))
        } else {
          let child = command.children.first
          if let child { Foundation.kill(child, SIGKILL) }
          let result = try command.wait()
          // The process may have been killed after it had said that it was done.
          #expect(result.status == 0 || result.errors.contains("SIGKILL"), "seed \(seed): \(result.errors)")
        }
        #expect(
          FileManager.default.fileExists(atPath: project.store.path) ? try project.isStoreIntact() : true,
          "seed \(seed), round \(round), kill \(kill)")
      }
      let run = try project.run()
      #expect(run.digests == digests, "seed \(seed), round \(round)")
      #expect(try project.isStoreIntact())
      let leftovers = try ["work", "tmp"].flatMap {
        try FileManager.default.contentsOfDirectory(atPath: project.store.appendingPathComponent($0).path)
      }
      #expect(leftovers.isEmpty, "seed \(seed)")
    }
  }

  @Test func `12: A run whose process died reads as interrupted, and its stage's process ends with it`()
    throws
  {
    let project = try Project.slow(steps: 20_000)
    let command = try project.startUntilBaseTrains()
    let stage = try #require(command.children.first)
    command.send(SIGKILL)
    _ = try command.wait()
    #expect(eventually { kill(stage, 0) != 0 }, "the stage's process outlived its parent")
    #expect(try project.json("status")["run"]?["state"] == "interrupted")
    let stages = try #require(try project.json("status")["stages"]?.arrayValue)
    #expect(
      stages.map { $0["state"]?.stringValue ?? "" }.prefix(3) == ["succeeded", "interrupted", "not run"])
    let table = try project.plumb("status").output
    let head = table.split(separator: "\n").first { $0.hasPrefix("STAGE") } ?? ""
    #expect(head.contains("OUTPUTS") && head.hasSuffix("NOTE"), "\(table)")
    #expect(table.contains("/20000 steps  loss"), "how far it came: \(table)")
    #expect(try project.plan().reason("base") == "it was interrupted the last time")
  }

  @Test func `12: A killed stage is a failed stage with the signal named`() throws {
    let project = try Project.slow(steps: 20_000)
    let command = try project.startUntilBaseTrains()
    kill(try #require(command.children.first), SIGKILL)
    let result = try command.wait()
    #expect(result.status == 1)
    #expect(result.errors.contains("error[E403]: the stage's process was killed by signal 9 (SIGKILL)"))
    #expect(result.errors.contains("/20000 steps  loss"), "the tail of its log says how far it came")
    let shown = try project.json("show", "base")
    #expect(shown["state"] == "failed" && shown["error"]?["signal"]?.intValue == Int(SIGKILL))
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func `13: One signal interrupts the run with 130, and the next one goes on`(signal: Int32) throws {
    let project = try Project.slow()
    let command = try project.startUntilBaseTrains()
    command.send(signal)
    // A terminal that closes sends this one twice.
    if signal == SIGHUP { command.send(signal) }
    let result = try command.wait()
    #expect(result.status == 130)
    #expect(result.errors.contains("Interrupted base"))
    #expect(result.errors.hasSuffix("to go on: plumb run pipeline.yaml\n"), "\(result.errors)")
    #expect(try project.json("status")["run"]?["state"] == "interrupted")
    #expect(try project.json("show", "base")["state"] == "interrupted")
    for stages in [try project.json("status")["stages"], try project.json("show", "latest")["stages"]] {
      #expect(stages?.arrayValue?.last?["state"] == "not run")
    }
    #expect(result.output.contains("not run"), "one word for what never began: \(result.output)")
    let rest = try project.run()
    #expect(rest.state == "succeeded" && rest["tokenizer"]?.state == "cached")
    #expect(try project.isStoreIntact())
  }

  @Test func `13: A second signal ends the stages at once`() throws {
    let project = try Project.slow()
    let command = try project.startUntilBaseTrains()
    let stage = try #require(command.children.first)
    // A stopped process does not come to its next safe point.
    kill(stage, SIGSTOP)
    command.send(SIGINT)
    #expect(eventually { command.errorsSoFar.contains("Ctrl-C again") })
    command.send(SIGINT)
    #expect(try command.wait().status == 130)
    #expect(eventually { kill(stage, 0) != 0 })
  }
}
