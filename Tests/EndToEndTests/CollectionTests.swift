import Foundation
import JSONText
import Testing

@Suite struct CollectionTests {
  /// A finished project that was then run again with another alignment, so that the first one's outputs are old.
  private static func realigned() throws -> (project: Project, old: RunReport, new: RunReport) {
    let project = try Project.finished()
    let old = try project.run("--force", "align")
    let new = try project.run("--choose", "align=dpo")
    return (project, old, new)
  }

  private func digests(_ report: JSON) -> Set<String> {
    Set((report["garbage"]?.arrayValue ?? []).compactMap { $0["digest"]?.stringValue })
  }

  private func reason(_ report: JSON, _ digest: String?) -> String {
    let item = report["garbage"]?.arrayValue?.first { $0["digest"]?.stringValue == digest }
    return item?["reason"]?.stringValue ?? "kept"
  }

  @Test func `16: The plan equals the deletion, with a reason for each object, and touches nothing`() throws {
    let (project, old, new) = try Self.realigned()
    let before = try Snapshot(project.store)
    let plan = try project.json("store", "gc", "--keep-runs", "1", "--plan")
    #expect(try Snapshot(project.store).differences(from: before) == [])
    #expect(plan["carried_out"] == false)
    let policy = try #require(old["align"]?.outputs["model"])
    let released = reason(plan, policy)
    #expect(released.hasSuffix("older than the newest run of tiny"))
    for digest in new.digests.values { #expect(reason(plan, digest) == "kept") }

    let done = try project.json("store", "gc", "--keep-runs", "1")
    #expect(digests(done) == digests(plan) && !digests(done).isEmpty)
    #expect(try project.isStoreIntact())
    #expect(try project.run("--choose", "align=dpo").stages("cached").count == 6)
    #expect(try project.plumb("lineage", policy).status == 0, "lineage goes on naming what is gone")
  }

  @Test func `A run that failed does not take the place of the newest that succeeded`() throws {
    let project = try Project.finished()
    let good = try project.run("--force", "align")
    try project.replace("    max_length: 64\n", with: "    max_length: 64\n    timeout: 1s\n")
    try project.replace("max_steps: 6", with: "max_steps: 200000")
    _ = try project.run(status: 1)
    let runs = try project.json("runs")
    #expect(runs["runs"]?.arrayValue?.first?["state"] != "succeeded", "\(runs.pretty)")
    let plan = try project.json("store", "gc", "--keep-runs", "1", "--plan")
    for digest in good.digests.values { #expect(reason(plan, digest) == "kept") }
  }

  @Test func `What lies in the trash is taken back by a run that needs it, and gone after its grace`() throws
  {
    let (project, old, _) = try Self.realigned()
    try project.plumb("store", "gc", "--keep-runs", "1")
    let plan = try project.json("plan", "pipeline.yaml")
    let planned = plan["stages"]?.arrayValue?.first { $0["name"] == "align" }
    #expect(planned?["decision"] == "cached")
    #expect(planned?["reason"]?.stringValue?.contains("from the trash") == true)
    let back = try project.run()
    #expect(back["align"]?.state == "cached", "\(back.json.pretty)")
    #expect(back.digests == old.digests)
    #expect(try project.isStoreIntact())

    _ = try project.run("--choose", "align=dpo", "--force", "report")
    let gone = try project.json("store", "gc", "--keep-runs", "1", "--grace", "0")
    #expect(try #require(gone["deleted"]?["objects"]?.intValue) > 0)
    let again = try project.run()
    #expect(again["align"]?.state == "succeeded" && again.digests == old.digests)
    #expect(try project.isStoreIntact())
  }

  @Test func `What was collected is told as that, with the time and the command that brings it back`() throws
  {
    let (project, old, _) = try Self.realigned()
    let model = try #require(old["align"]?.outputs["model"])
    try project.plumb("store", "gc", "--keep-runs", "1")
    for command in [
      ["export", model, "out"], ["store", "path", model], ["generate", model, "--prompt", "hi"],
    ] {
      let report = try ErrorReport(Plumb.run(command + ["--json"], in: project.directory))
      #expect(report.status == 1 && report.entries.map(\.code) == ["E909"], "\(command): \(report.entries)")
      let message = report.entries.first?.message ?? ""
      #expect(message.contains("'plumb store gc' collected it on 20"), "\(message)")
      #expect(message.hasSuffix("; its bytes still lie in the trash"))
      #expect(report.entries.first?.hint?.hasPrefix("plumb run pipeline.yaml align") == true)
    }
    try project.plumb("store", "gc", "--keep-runs", "1", "--grace", "0")
    let gone = try ErrorReport(project.plumb("export", model, "out", "--json"))
    #expect(gone.entries.first?.message.contains("trash") == false)
    let hint = try #require(gone.entries.first?.hint)
    #expect(
      try Plumb.shell(hint.replacing("plumb", with: "$PLUMB", maxReplacements: 1), in: project.directory)
        .status == 0)
    #expect(try project.plumb("export", model, "out").status == 0, "the hint brings it back")
  }

  @Test func `A tag keeps a model with all it was made from, a pin the artifact alone`() throws {
    let (project, old, _) = try Self.realigned()
    let model = try #require(old["align"]?.outputs["model"])
    let rollouts = try #require(old["align"]?.outputs["rollouts"])
    try #require(project.plumb("tag", "prod", model, "--note", "first").status == 0)
    try #require(project.plumb("store", "pin", rollouts).status == 0)
    let kept = try project.json("store", "gc", "--keep-runs", "1", "--plan")
    #expect(reason(kept, model) == "kept" && reason(kept, rollouts) == "kept")

    try #require(project.plumb("tag", "prod", "--delete").status == 0)
    try #require(project.plumb("store", "unpin", rollouts).status == 0)
    let free = try project.json("store", "gc", "--keep-runs", "1", "--plan")
    #expect(reason(free, model) != "kept" && reason(free, rollouts) != "kept")
  }

  @Test func `16: Inputs and outputs of a live run survive a collection in the middle of it`() throws {
    let project = try Project.slow(steps: 20_000)
    try project.write("left by a crash", to: ".plumb/objects/ab/ab\(String(repeating: "0", count: 62))")
    let run = try project.startUntilBaseTrains()
    let done = try project.json("store", "gc", "--keep-runs", "1", "--grace", "0")
    #expect(digests(done).count == 1, "\(done.pretty)")
    #expect(done["roots"]?.arrayValue?.contains { $0["kind"] == "live" } == true)
    run.send(SIGINT)
    #expect(try run.wait().status == 130)
    #expect(try project.isStoreIntact())
    try project.replace("max_steps: 20000", with: "max_steps: 6")
    #expect(try project.run()["tokenizer"]?.state == "cached")
  }

  @Test func `A size budget lets go of older runs until the store fits, never of a pipeline's newest`() throws
  {
    let (project, old, new) = try Self.realigned()
    let plan = try project.json("store", "gc", "--max-size", "1kB", "--plan")
    let released = reason(plan, old["align"]?.outputs["model"])
    #expect(released.hasSuffix("over the size budget"))
    #expect(reason(plan, new["align"]?.outputs["model"]) == "kept")
    #expect(try project.plumb("store", "gc", "--max-size", "20 parsecs").status == 64)
  }

  @Test func `Scores of a reference serve the next training, and stay as long as its model is kept`() throws {
    let (project, _, new) = try Self.realigned()
    let scores = project.store.appendingPathComponent("scores")
    func names(_ folder: URL) throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }
    let model = try #require(new["sft"]?.outputs["model"])
    #expect(try names(scores) == [model])
    let before = try names(scores.appendingPathComponent(model))
    #expect(before.count == 1)
    let again = try project.run("--choose", "align=dpo", "--force", "align")
    #expect(again["align"]?.state == "succeeded" && again.digests == new.digests)
    #expect(try names(scores.appendingPathComponent(model)) == before)
    let told = try project.plumb(
      "run", "pipeline.yaml", "--choose", "align=dpo", "--force", "align", "--verbose")
    #expect(told.errors.contains("sft.model has scored these rows before"), "\(told.errors)")

    let stranger = String(repeating: "5", count: 64)
    try project.write("12345", to: ".plumb/scores/\(stranger)/rows")
    let plan = try project.json("store", "gc", "--plan")
    #expect(
      plan["scores"] == [
        ["model": .string(stranger), "bytes": 5, "reason": "no kept run has the model"]
      ])
    let text = try project.plumb("store", "gc", "--plan").output
    #expect(text.contains("no kept run has the model"))
    #expect(try names(scores).count == 2)
    _ = try project.json("store", "gc")
    #expect(try names(scores) == [model])

    func age(_ name: String, days: Double) throws {
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSinceNow: -days * 86_400)],
        ofItemAtPath: scores.appendingPathComponent("\(model)/\(name)").path)
    }
    for name in [".rows.7-1", ".rows.7-2"] { try project.write("123", to: ".plumb/scores/\(model)/\(name)") }
    try age(".rows.7-1", days: 0.1)
    #expect(try project.plumb("store", "gc").output.contains("they were not written to the end"))
    #expect(try names(scores.appendingPathComponent(model)) == [".rows.7-2"] + before)
    try FileManager.default.removeItem(at: scores.appendingPathComponent("\(model)/.rows.7-2"))

    try age(before[0], days: 31)
    #expect(try project.plumb("store", "gc").output.contains("nobody has asked for them in 30 days"))
    #expect(try names(scores) == [])
  }
}
