import Foundation
import JSONText
import Testing

@Suite struct DamageTests {
  @Test func `17: A flipped byte is found, named with what depends on it, and never used`() throws {
    let project = try Project.finished()
    let before = try project.run()
    try project.flip("sft.model", file: "model.safetensors")
    let report = try project.json("store", "verify", status: 7)
    let damaged = try #require(report["damaged"]?.arrayValue)
    #expect(damaged.count == 1)
    let artifact = try #require(damaged[0]["artifacts"]?[0])
    #expect(artifact["name"] == "sft.model")
    #expect(artifact["downstream"] == ["align.model", "align.rollouts", "report.report"])

    let swap = try ErrorReport(project.plumb("run", "pipeline.yaml", "--choose", "align=dpo", "--json"))
    #expect(swap.status == 7 && swap.entries.map(\.code) == ["E309"])
    #expect(swap.entries[0].hint?.contains("--force sft") == true)
    for command in [["generate", "sft.model", "--prompt", "hi"], ["export", "sft.model", "out"]] {
      let result = try Plumb.run(command, in: project.directory)
      #expect(result.status == 7 && result.errors.contains("error[E309]"), "\(result.errors)")
    }
    #expect(!FileManager.default.fileExists(atPath: project.path("out").path))

    // What the report says to do works as it stands, and makes the same bytes.
    let remedy = try #require(artifact["remedy"]?.stringValue)
    #expect(remedy.hasPrefix("plumb run pipeline.yaml sft --force sft"))
    let mended = try Plumb.shell(remedy.replacing("plumb run", with: "\"$PLUMB\" run"), in: project.directory)
    #expect(mended.status == 0, "\(mended.errors)")
    #expect(try project.isStoreIntact())
    #expect(try project.run().digests == before.digests)
    #expect(try project.run("--choose", "align=dpo").state == "succeeded")
  }

  @Test func `17: A damaged listing of a directory runs its stage again`() throws {
    let project = try Project.finished()
    let before = try project.run()
    let digest = try #require(before.digests["sft.model"])
    try FileManager.default.removeItem(at: project.object(digest))
    #expect(try project.plumb("store", "verify").status == 7)
    #expect(try project.plan().reason("sft") == "the stored model is missing or damaged")
    let run = try project.run()
    #expect(run.stages("succeeded") == ["sft"])
    #expect(run.digests == before.digests)
    #expect(try project.isStoreIntact())
  }

  @Test func `17: A damaged copy of a source is taken from the user's file again`() throws {
    let project = try Project.finished()
    try project.flip("sources.demos")
    let report = try project.json("store", "verify", status: 7)
    #expect(report["damaged"]?[0]?["artifacts"]?[0]?["name"] == "sources.demos")
    let run = try project.run("--force", "sft")
    #expect(run.state == "succeeded")
    #expect(try project.isStoreIntact())
  }

  @Test(.enabled(if: Machine.canMount), arguments: [100, 250, 300, 420, 700, 2400])
  func `18: A full disk fails the run with the cause, and a rerun with space succeeds`(kilobytes: Int) throws
  {
    let project = try Project()
    // A model that is larger than the database.
    try project.replace("hidden_size: 16", with: "hidden_size: 128")
    try FileManager.default.createDirectory(at: project.path("disk"), withIntermediateDirectories: true)
    try project.write(
      """
      mount -t tmpfs -o size=\(kilobytes)k tmpfs disk
      "$PLUMB" run pipeline.yaml --store disk/store > first.txt 2>&1; echo $? >> status.txt
      "$PLUMB" store verify --store disk/store > verify.txt 2>&1
      mount -o remount,size=100M disk
      "$PLUMB" run pipeline.yaml --store disk/store > second.txt 2>&1; echo $? >> status.txt
      "$PLUMB" store verify --store disk/store >> second.txt 2>&1; echo $? >> status.txt
      """, to: "script.sh")
    _ = try Plumb.shell("unshare -m sh script.sh", in: project.directory)
    let first = try project.read("first.txt").lowercased()
    #expect(first.contains("no space left on") || first.contains("disk i/o error"), "\(first)")
    let second = try project.read("second.txt")
    #expect(try project.read("status.txt") == "1\n0\n0\n", "\(second)")
  }

  @Test(arguments: [4, 40, 120])
  func `18: A write that is cut off fails the run with the cause, and the next run succeeds`(blocks: Int)
    throws
  {
    let project = try Project()
    let line = "trap '' XFSZ; ulimit -f \(blocks); exec \"$PLUMB\" run pipeline.yaml"
    let first = try Plumb.shell(line, in: project.directory)
    #expect(first.status == 1 && first.errors.contains("error["), "\(first.errors)")
    let digests = try Project.finished().run().digests
    #expect(try project.run().digests == digests)
    #expect(try project.isStoreIntact())
  }
}
