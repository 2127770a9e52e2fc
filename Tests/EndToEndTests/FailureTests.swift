import Foundation
import JSONText
import Testing

@Suite struct FailureTests {
  /// The pipeline with a learning rate that no training survives, and a stage beside it that needs nothing of it.
  private func diverging() throws -> Project {
    let project = try Project.finished()
    try project.replace(
      "    num_train_epochs: 1\n    batch_size: 4\n    learning_rate: 0.001",
      with: "    num_train_epochs: 30\n    batch_size: 4\n    learning_rate: 1000")
    try project.append(
      """
        other:
          kind: sft
          model: "${base.model}"
          data: "${sources.demos}"
          num_train_epochs: 2

      """)
    return project
  }

  @Test
  func
    `11: With keep-going what does not need the failed stage finishes, and the rest is skipped with the cause`()
    throws
  {
    let project = try diverging()
    let run = try project.run("--keep-going", status: 1)
    #expect(run.state == "failed")
    #expect(run.stages("failed") == ["sft"])
    #expect(run["other"]?.state == "succeeded" && run["reward"]?.state == "cached")
    #expect(run.stages("skipped") == ["align", "report"])
    for stage in ["align", "report"] { #expect(run[stage]?.reason == "it needs sft, which failed") }
    // What finished stays; the next run takes up only what failed.
    let plan = try project.plan()
    #expect(plan.decision("other") == "cached")
    #expect(plan.reason("sft") == "it failed the last time")
  }

  @Test func `11: Without keep-going nothing begins after a failure`() throws {
    let project = try diverging()
    let run = try project.run(status: 1)
    #expect(run.stages("failed") == ["sft"])
    #expect(run["other"]?.state == "skipped")
    #expect(run["other"]?.reason == "sft failed before it began")
  }

  @Test
  func `11: A failure is printed once, with its cause, the tail of its log and the command that goes on`()
    throws
  {
    let project = try diverging()
    let result = try project.plumb("run", "pipeline.yaml", "--keep-going")
    #expect(result.status == 1)
    #expect(result.errors.ranges(of: "error[E501]").count == 1, "\(result.errors)")
    #expect(result.errors.contains("the stage 'sft' failed"))
    #expect(result.errors.contains("loss is"))
    #expect(result.errors.contains("last lines of its log:\n  1/90 steps  loss"), "\(result.errors)")
    #expect(result.errors.hasSuffix("then: plumb run pipeline.yaml --keep-going\n"))
    #expect(result.output.contains("skipped"))
  }

  @Test func `A failed stage keeps its cause and the tail of its log in the history`() throws {
    let project = try diverging()
    _ = try project.run(status: 1)
    let shown = try project.json("show", "sft")
    #expect(shown["state"] == "failed" && shown["error"]?["code"] == "E501")
    #expect(shown["error"]?["log_tail"]?.stringValue?.contains("1/90 steps") == true)
    let status = try project.plumb("status")
    #expect(status.output.contains("error[E501]") && status.output.contains("│ 1/90 steps"))
    #expect(try project.json("status")["run"]?["state"] == "failed")
    #expect(try project.json("show", "align")["state"] == "skipped")
    #expect(try project.isStoreIntact())
  }

  @Test func `A requirement that does not hold fails the run and leaves what was made cached`() throws {
    let project = try Project.finished()
    try project.append("    require: {aligned.win_rate_vs_sft: \"> 2\", base.perplexity: \"> 1\"}\n")
    #expect(try project.plumb("run", "pipeline.yaml", "--quiet").status == 4)
    #expect(try project.json("status")["requirements"]?.arrayValue?.count == 2, "it is recorded")
    let run = try project.run(status: 4)
    #expect(run.state == "requirement_failed")
    #expect(run.stages("cached") == TinyPipeline.stages, "requirements are in no key")
    let verdicts = try #require(run["report"]?.json["requirements"]?.arrayValue)
    #expect(verdicts.map { $0["passed"] } == [false, true])
    let text = try project.plumb("run", "pipeline.yaml")
    #expect(text.status == 4)
    #expect(text.errors.contains("error[E407]: 'report' requires aligned.win_rate_vs_sft > 2; it is"))
    #expect(try project.plumb("status").output.contains("✗ report: aligned.win_rate_vs_sft > 2"))
    #expect(try project.plan().status == 4)
  }

  @Test(arguments: ["check", "plan", "run"])
  func `A requirement on a metric that the stage does not report is found before the run`(command: String)
    throws
  {
    let project = try Project()
    try project.append("    require: {aligned.win_rat_vs_sft: \"> 0.5\"}\n")
    let text = try project.plumb(command, "pipeline.yaml")
    #expect(text.status == 3)
    #expect(text.errors.contains("error[E027]: the stage reports no metric 'aligned.win_rat_vs_sft'"))
    #expect(text.errors.contains("did you mean 'aligned.win_rate_vs_sft'?"))
  }

  @Test func `A requirement that a stage in the middle misses skips its consumers`() throws {
    let project = try Project.finished()
    try project.replace("    kind: sft\n", with: "    kind: sft\n    require: {loss: \"< 0.001\"}\n")
    try project.replace("learning_rate: 0.001", with: "learning_rate: 0.002")
    let run = try project.run("--keep-going", status: 4)
    #expect(run["sft"]?.state == "succeeded")
    #expect(run.stages("skipped") == ["align", "report"])
    #expect(run["align"]?.reason == "it needs sft, which does not meet a requirement")
  }

  @Test func `A damaged weight that makes the loss infinite is a failed stage`() throws {
    let project = try Project.finished()
    #expect(try project.plumb("export", "base.model", "model").status == 0)
    let weights = project.path("model/model.safetensors")
    var data = try Data(contentsOf: weights)
    data.replaceSubrange((data.count - 4)..<data.count, with: [0, 0, 0xC0, 0x7F])
    try data.write(to: weights)
    try project.write(
      """
      plumbline: 1
      sources:
        base: {path: model, type: model}
        demos: {path: demos.jsonl, type: demonstrations}
      stages:
        sft: {kind: sft, model: "${sources.base}", data: "${sources.demos}"}
      """, to: "broken.yaml")
    let result = try project.plumb("run", "broken.yaml")
    #expect(result.status == 1)
    #expect(result.errors.contains("error[E501]: step 1: loss is"), "\(result.errors)")
    let text = try project.plumb("generate", "model", "--prompt", "hi")
    #expect(text.status == 1 && text.errors.contains("not finite"), "\(text.errors)")
  }
}
