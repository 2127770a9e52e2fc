import Foundation
import JSONText
import Testing

@Suite struct SchedulingTests {
  @Test func `3: What a stage may use, its time and its attempts are in no key`() throws {
    let project = try Project.finished()
    try project.replace(
      "  sft:\n    kind: sft\n",
      with:
        "  sft:\n    kind: sft\n    resources: {threads: 1, memory: 2GiB}\n    timeout: 1h30m\n    retries: 2\n"
    )
    #expect(try project.plan().status == 0)
  }

  @Test func `9: Resources that make no sense are refused at their places, all at once`() throws {
    let project = try Project()
    try project.replace(
      "  sft:\n    kind: sft\n",
      with:
        "  sft:\n    kind: sft\n    resources: {threads: 0, memory: 4XB, disk: 1}\n    timeout: soon\n    retries: -1\n"
    )
    let errors = try project.json("check", "pipeline.yaml", status: 3)["errors"]?.arrayValue ?? []
    let messages = errors.compactMap { $0["message"]?.stringValue }
    for text in [
      "'resources.threads' must be an integer between 1 and 1024, not 0",
      "'resources.memory' must be a size such as 4GiB, 512MB or a number of bytes, not the string \"4XB\"",
      "'resources.disk' is not a known key",
      "'timeout' must be a time such as 30m, 1h30m or a number of seconds, not the string \"soon\"",
      "'retries' must be an integer between 0 and 100, not -1",
    ] {
      #expect(messages.contains(text), "\(messages)")
    }
    #expect(errors.allSatisfy { $0["line"]?.intValue != nil && $0["column"]?.intValue != nil })
  }

  @Test func `11: A stage whose process was killed is tried again as often as it may, and its consumers run`()
    throws
  {
    let project = try Project.slow()
    try project.replace(
      "    max_length: 64\n", with: "    max_length: 64\n    retries: 1\n    save_steps: 1\n")
    let command = try project.startUntilBaseTrains()
    for child in command.children { kill(child, SIGKILL) }
    let result = try command.wait()
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors.contains("Retrying base: the stage's process was killed by signal 9 (SIGKILL)"))
    #expect(result.errors.contains("attempt 2 in"))
    #expect(result.errors.contains("Running base (attempt 2 of 2)"))
    #expect(try project.json("show", "base")["attempt"] == 2)
    let stages = try #require(try project.json("runs")["runs"]?[0]?["stages"])
    #expect(stages["succeeded"]?.intValue == 6, "\(stages)")
    #expect(try project.isStoreIntact())
  }

  @Test func `11: A killed stage without further attempts fails with what it had and was expected to have`()
    throws
  {
    let project = try Project.slow(steps: 20_000)
    try project.replace("    max_length: 64\n", with: "    max_length: 64\n    save_steps: 1\n")
    let command = try project.startUntilBaseTrains()
    for child in command.children { kill(child, SIGKILL) }
    let result = try command.wait()
    #expect(result.status == 1)
    #expect(result.errors.contains("was killed by signal 9 (SIGKILL); it had "), "memory is not to blame")
    #expect(result.errors.contains("MiB were expected"))
    #expect(
      result.errors.contains(
        /hint: the next run goes on from its checkpoint, at \d+ of 20000 steps; with 'retries: 1'/))
  }

  @Test func `A stage that takes longer than it may is stopped, and the failure names the limit`() throws {
    let project = try Project.slow(steps: 200_000)
    try project.replace("    max_length: 64\n", with: "    max_length: 64\n    timeout: 1s\n")
    let run = try project.run("--keep-going", status: 1)
    #expect(run.stages("failed") == ["base"])
    let error = run["base"]?.json["errors"]?[0]
    #expect(error?["code"] == "E420")
    let message = error?["message"]?.stringValue ?? ""
    #expect(
      message.contains(/stopped at \d+ of 200000 steps because its timeout of 1s was over/), "\(message)")
    #expect(error?["hint"]?.stringValue?.contains("which goes on from the checkpoint") == true)
    #expect(run.stages("skipped") == ["sft", "reward", "align", "report"])
  }

  @Test
  func `A stage that cannot fit is refused with the figure: when it is known before the run, nothing runs`()
    throws
  {
    let project = try Project()
    // The base's size is known once its tokenizer is there.
    let first = try project.run("--memory", "8MB", status: 1)
    #expect(first.stages("succeeded") == ["tokenizer"])
    let error = first["base"]?.json["errors"]?[0]
    #expect(error?["code"] == "E421")
    #expect(error?["message"]?.stringValue?.contains("'base' needs about") == true)
    #expect(error?["hint"]?.stringValue?.contains("micro_batch_size") == true)
    for command in ["run", "plan"] {
      let result = try project.plumb(command, "pipeline.yaml", "--memory", "8MB")
      #expect(result.status == 3 && result.errors.contains("error[E421]"), "\(result.errors)")
    }
    // Whoever knows better may say so.
    try project.replace("    max_length: 64\n", with: "    max_length: 64\n    resources: {memory: 1MB}\n")
    #expect(try project.run("base", "--memory", "8MB").stages("succeeded") == ["base"])
  }

  @Test func `check refuses what cannot fit as plan and run do`() throws {
    let project = try Project.finished()
    try project.replace(
      "  sft:\n    kind: sft\n    model",
      with: "  sft:\n    kind: sft\n    max_steps: 1\n    resources: {memory: 99TiB}\n    model")
    try project.replace("    num_train_epochs: 1\n", with: "")
    for command in ["check", "plan", "run"] {
      let result = try project.plumb(command, "pipeline.yaml")
      #expect(
        result.status == 3 && result.errors.contains("error[E421]: 'sft' asks for 99 TiB"), "\(result.errors)"
      )
    }
  }

  @Test func `What a stage is expected to need is near what it then has`() throws {
    let project = try Project.finished()
    for stage in ["base", "sft", "reward", "align", "report"] {
      let json = try project.json("show", stage)
      let expected = try #require(json["estimated_memory"]?.doubleValue, "\(stage)")
      let peak = try #require(json["peak_memory"]?.doubleValue, "\(stage)")
      #expect((0.6...1.6).contains(expected / peak), "\(stage): \(expected) expected, \(peak) at its peak")
      #expect((json["processor_seconds"]?.doubleValue ?? 0) > 0)
    }
  }

  @Test func `14: Of two stages of a run that make the same one trains, and the other waits and uses it`()
    throws
  {
    let project = try Project()
    try project.append(TinyPipeline.base(named: "again") + "\n    seed: \"${params.seed}\"\n")
    let run = try project.run("base", "again", "--jobs", "2")
    #expect(run["base"]?.state == "succeeded" && run["again"]?.state == "cached")
    #expect(run["base"]?.outputs == run["again"]?.outputs)
    #expect(run.errors.contains("Waiting again: base is making it"), "\(run.errors)")
  }

  @Test func `A plan says what each stage takes, and what a run takes in all`() throws {
    let project = try Project.finished()
    try project.replace("seed: 7", with: "seed: 8")
    let plan = try project.json("plan", "pipeline.yaml", status: 2)
    let stages = try #require(plan["stages"]?.arrayValue)
    for stage in stages where stage["decision"] != "cached" {
      #expect(
        (stage["estimate_seconds"]?.doubleValue ?? 0) > 0 && (stage["estimate_bytes"]?.intValue ?? 0) > 0)
      #expect((stage["estimate_memory"]?.intValue ?? 0) > 1_000_000, "\(stage)")
    }
    let seconds = stages.compactMap { $0["estimate_seconds"]?.doubleValue }.reduce(0, +)
    let whole = try #require(plan["estimate"]?["seconds"]?.doubleValue)
    #expect(abs(whole - seconds) < 1e-6, "one after the other")
    let parallel = try project.json("plan", "pipeline.yaml", "--jobs", "2", status: 2)
    #expect((parallel["estimate"]?["seconds"]?.doubleValue ?? 0) < whole, "sft and reward side by side")
    let text = try project.plumb("plan", "pipeline.yaml").output
    #expect(text.contains("DISK") && text.contains("MEMORY") && text.contains(" of disk."), "\(text)")
  }

  @Test func `More threads than the run has are cut, with a warning`() throws {
    let project = try Project.finished()
    try project.replace(
      "  sft:\n    kind: sft\n", with: "  sft:\n    kind: sft\n    resources: {threads: 9}\n")
    let result = try project.plumb("run", "pipeline.yaml", "sft", "--force", "sft", "--threads", "2")
    #expect(result.status == 0 && result.errors.contains("warning[E422]"), "\(result.errors)")
    #expect(try project.json("show", "sft")["threads"] == 2)
  }
}
