import Foundation
import JSONText
import Testing

@Suite struct RepairTests {
  /// The steps of a repair as `name action state`.
  private func steps(_ json: JSON) -> [String] {
    (json["repair"]?["steps"]?.arrayValue ?? []).map { step in
      ["name", "action", "state"].compactMap { step[$0]?.stringValue }.joined(separator: " ")
    }
  }

  @Test func `17: Repair makes damaged artifacts again, upstream first, with the same digests`() throws {
    let project = try Project.finished()
    let before = try project.run()
    try project.flip("sft.model", file: "model.safetensors")
    try project.flip("base.model", file: "model.safetensors")
    try FileManager.default.removeItem(at: project.object(try #require(before.digests["align.rollouts"])))
    let plan = try project.json("store", "verify", "--repair", "--plan", status: 7)
    let expected = ["base rerun", "sft rerun", "align rerun"]
    #expect(Set(steps(plan)) == Set(expected.map { "\($0) planned" }))
    #expect(plan["repair"]?["remaining"] == .null)
    #expect(try project.plumb("store", "verify").status == 7, "a plan changes nothing")

    let done = try project.json("store", "verify", "--repair")
    #expect(Set(steps(done)) == Set(expected.map { "\($0) repaired" }))
    #expect(
      steps(done).firstIndex(of: "base rerun repaired") ?? 9 < steps(done).firstIndex(
        of: "sft rerun repaired") ?? 0)
    #expect(done["repair"]?["remaining"] == 0)
    #expect(try project.isStoreIntact())
    #expect(try project.run().digests == before.digests)
    #expect(try project.plumb("runs", "--json").json()["runs"]?.arrayValue?.count == 1, "a repair is no run")
    // What was damaged is kept until the trash is emptied.
    let kept = try FileManager.default.subpathsOfDirectory(atPath: project.path(".plumb/trash").path)
    #expect(kept.count { $0.hasSuffix(".damaged") } == 2)
  }

  @Test func `17: A source is taken again from its file, unless that has other content now`() throws {
    let project = try Project.finished()
    try project.flip("sources.demos")
    let done = try project.json("store", "verify", "--repair")
    #expect(steps(done) == ["sources.demos retake repaired"])
    #expect(try project.isStoreIntact())

    try project.flip("sources.demos")
    try project.flip("sft.model", file: "model.safetensors")
    try project.append("{}\n", to: "demos.jsonl")
    let failed = try project.json("store", "verify", "--repair", status: 7)
    #expect(steps(failed) == ["sources.demos impossible failed", "sft.model impossible failed"])
    let reasons = (failed["repair"]?["steps"]?.arrayValue ?? []).compactMap { $0["reason"]?.stringValue }
    #expect(reasons.first == "demos.jsonl has other content now")
    #expect(reasons.last == "it needs sources.demos, which is lost: demos.jsonl has other content now")
    #expect(failed["repair"]?["remaining"] == 2)
    let text = try project.plumb("store", "verify", "--repair")
    #expect(text.status == 7 && text.output.contains("2 objects still damaged"))
  }

  @Test func `17: Damaged bytes that nothing needs are set aside`() throws {
    let project = try Project.finished()
    let name = String(repeating: "ab", count: 32)
    try project.write("no bytes of that name", to: ".plumb/objects/ab/\(name)")
    let done = try project.json("store", "verify", "--repair")
    #expect(steps(done) == ["\(name) set_aside repaired"])
    #expect(try project.isStoreIntact())
  }

  @Test func `Options that mean nothing without --repair are refused`() throws {
    let project = try Project.finished()
    #expect(try project.plumb("store", "verify", "--plan").status == 64)
    #expect(try project.plumb("store", "verify", "--threads", "2").status == 64)
    #expect(try project.plumb("store", "verify", "--repair", "--threads", "0").status == 64)
    #expect(try project.json("store", "verify", "--repair")["repair"] == nil, "there is nothing to do")
  }
}
