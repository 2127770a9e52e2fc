import JSONText
import Testing

@Suite struct MatrixTests {
  /// The tiny pipeline aligned by DPO at four points, and a report over all of them.
  private static func sweep() throws -> Project {
    let project = try Project.finished()
    try project.write(
      """
      plumbline: 1
      name: sweep
      sources:
        corpus: {path: corpus.txt, type: text}
        ranked: {path: ranked.jsonl, type: preferences}
        tickets: {path: prompts.jsonl, type: prompts}
      stages:
      \(TinyPipeline.baseStages)
        dpo:
          kind: dpo
          matrix: {beta: [0.1, 0.5], seed: [1, 2]}
          model: "${base.model}"
          data: "${sources.ranked}"
          max_steps: 2
        report:
          kind: evaluate
          models: {base: "${base.model}", dpo: "${dpo@*.model}"}
          prompts: "${sources.tickets}"
          max_new_tokens: 4
      """, to: "pipeline.yaml")
    return project
  }

  @Test func `Each point is a stage of its own, shown together, and one that is added runs alone`() throws {
    let project = try Self.sweep()
    let plan = try project.plumb("plan", "pipeline.yaml")
    #expect(plan.status == 2 && plan.output.contains("dpo ×4"), "\(plan.output)")
    #expect(try project.plumb("plan", "pipeline.yaml", "--instances").output.contains("dpo@beta=0.5,seed=2"))

    let first = try project.run()
    let names = ["dpo@beta=0.1,seed=1", "dpo@beta=0.1,seed=2", "dpo@beta=0.5,seed=1", "dpo@beta=0.5,seed=2"]
    #expect(Set(names).isSubset(of: first.stages("succeeded")))
    #expect(Set(names.compactMap { first[$0]?.outputs["model"] }).count == 4)
    #expect(try project.plumb("lineage", "\(names[0]).model").status == 0)

    try project.replace("seed: [1, 2]", with: "seed: [1, 2, 3]")
    #expect(
      try project.run().stages("succeeded") == ["dpo@beta=0.1,seed=3", "dpo@beta=0.5,seed=3", "report"])
  }

  @Test func `Instances are named in the history as they are for a run`() throws {
    let project = try Self.sweep()
    _ = try project.run()
    let all = ["dpo@beta=0.1,seed=1", "dpo@beta=0.1,seed=2", "dpo@beta=0.5,seed=1", "dpo@beta=0.5,seed=2"]
    for command in [["show"], ["metrics"], ["why", "--cached"]] {
      for (word, wanted) in [
        ("dpo", all), ("dpo@*", all), ("latest:dpo@*seed=1", [all[0], all[2]]),
        ("dpo@seed=2", [all[1], all[3]]),
      ] {
        let result = try Plumb.run(command + [word, "--json"], in: project.directory)
        let names = try result.json()["instances"]?.arrayValue?.compactMap { $0["stage"]?.stringValue }
        #expect(names == wanted, "\(command) \(word): \(result.output.prefix(200))")
        let text = try Plumb.run(command + [word], in: project.directory)
        #expect(wanted.allSatisfy(text.output.contains), "\(text.output)")
      }
      let one = try Plumb.run(command + ["dpo@seed=2,beta=0.5", "--json"], in: project.directory)
      #expect(try one.json()["stage"]?.stringValue == all[3])
      let none = try ErrorReport(Plumb.run(command + ["dpo@beta=7", "--json"], in: project.directory))
      #expect(none.entries.map(\.code) == ["E313"])
    }
    let csv = try project.plumb("metrics", "dpo@seed=1", "--csv").output.split(separator: "\n")
    #expect(csv.first == "stage,name,step,value")
    #expect(csv.dropFirst().allSatisfy { $0.hasPrefix("\"dpo@beta=0.") })
  }

  @Test func `Instances that change alike are told together, and inputs that come and go in a line each`()
    throws
  {
    let project = try Self.sweep()
    _ = try project.run()
    try project.replace("max_steps: 2", with: "max_steps: 3")
    let plan = try project.plan()
    #expect(plan.reason("report").hasPrefix("dpo ×4 run first; "), "\(plan.reason("report"))")
    let alike = try project.plumb("why", "pipeline.yaml", "report").output
    #expect(alike.contains("  dpo ×4: max_steps  2 → 3\n    through  dpo ×4 → report\n"), "\(alike)")

    try project.replace("max_steps: 3", with: "max_steps: 2")
    try project.replace("seed: [1, 2]", with: "seed: [1, 3]")
    #expect(try project.run("dpo@beta=0.1,seed=3").state == "succeeded")
    try project.replace("beta: [0.1, 0.5]", with: "beta: [0.1, 0.7]")
    let other = try project.plumb("plan", "pipeline.yaml", "--force", "dpo@beta=0.7,seed=1").output
    #expect(other.contains("; others differ (--instances)"), "\(other)")
    let why = try project.plumb("why", "pipeline.yaml", "report").output
    #expect(why.contains("report: input models[dpo@beta=0.1,seed=3] added ("), "\(why)")
    #expect(why.contains("report: input models[dpo@beta=0.5,seed=1] removed (was "), "\(why)")
    #expect(why.contains("dpo ×2  never run") && !why.contains(".type"), "\(why)")
  }

  @Test func `Stages are chosen by instance and pattern, alone, from one on, and forced with what follows`()
    throws
  {
    let project = try Self.sweep()
    let one = try project.run("dpo@beta=0.5,seed=2")
    #expect(one.stages("succeeded") == ["base", "dpo@beta=0.5,seed=2"])
    #expect(
      try project.run("dpo@*seed=1").stages("succeeded") == ["dpo@beta=0.1,seed=1", "dpo@beta=0.5,seed=1"])

    let refused = try ErrorReport(project.plumb("run", "pipeline.yaml", "--only", "report", "--json"))
    #expect(refused.status == 3 && refused.entries.map(\.code) == ["E032"], "\(refused.entries)")
    #expect(try project.run("--only", "dpo").stages("succeeded") == ["dpo@beta=0.1,seed=2"])
    #expect(try project.run("--from", "dpo").stages("succeeded") == ["report"])
    let forced = try project.run("--force-downstream", "dpo@beta=0.1,seed=2")
    #expect(forced.stages("succeeded") == ["dpo@beta=0.1,seed=2", "report"])

    for arguments in [["--only", "dpo", "--from", "dpo"], ["dpo", "--only", "dpo"]] {
      #expect(try Plumb.run(["plan", "pipeline.yaml"] + arguments, in: project.directory).status == 64)
    }
    let unknown = try ErrorReport(project.plumb("plan", "pipeline.yaml", "dpo@beta=0.7", "--json"))
    #expect(unknown.entries.map(\.code) == ["E026"] && unknown.entries[0].hint?.contains("dpo@") == true)
  }
}
