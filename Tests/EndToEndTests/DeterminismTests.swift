import Testing

@Suite struct DeterminismTests {
  @Test(arguments: ["ppo", "dpo"])
  func `One and two threads in two stores make equal bytes of every artifact`(option: String) throws {
    let one = try Project()
    let two = try Project()
    let first = try one.run("--threads", "1", "--choose", "align=\(option)")
    let second = try two.run("--threads", "2", "--choose", "align=\(option)")
    #expect(first.digests.count == (option == "ppo" ? 7 : 6))
    #expect(first.digests == second.digests)
    #expect(TinyPipeline.stages.allSatisfy { first[$0]?.key == second[$0]?.key })
  }

  @Test func `Stages at a time do not change what they make`() throws {
    let project = try Project()
    let shared = try Project.finished()
    let parallel = try project.run("--jobs", "3")
    #expect(parallel.digests == (try shared.run()).digests)
  }

  @Test func `A forced execution makes the same bytes again`() throws {
    let project = try Project.finished()
    let before = try project.run()
    let flags = TinyPipeline.stages.flatMap { ["--force", $0] }
    let result = try Plumb.run(["run", "pipeline.yaml", "--json"] + flags, in: project.directory)
    let run = try RunReport(result)
    #expect(run.stages("succeeded") == TinyPipeline.stages)
    #expect(run.digests == before.digests)
    #expect(try project.json("show", "sft")["differing_results"] == [])
  }
}
