import Foundation
import JSONText
import Testing

@Suite struct SharingTests {
  /// A program in the place of `ssh` that runs the command here.
  private func shell(_ project: Project) throws -> String {
    try project.write(
      "#!/bin/sh\nshift\nPATH=\(Plumb.binary.deletingLastPathComponent().path):$PATH exec sh -c \"$1\"\n",
      to: "fake-ssh")
    _ = try Plumb.shell("chmod +x fake-ssh", in: project.directory)
    return project.path("fake-ssh").path
  }

  private func transfer(
    _ words: [String], _ project: Project, status: Int32 = 0, at location: SourceLocation = #_sourceLocation
  ) throws -> JSON {
    let result = try Plumb.run(
      ["store"] + words + ["--json"], in: project.directory, environment: ["PLUMB_SSH": try shell(project)])
    try #require(result.status == status, "\(result.output)\(result.errors)", sourceLocation: location)
    return try result.json()
  }

  @Test(arguments: [false, true])
  func `Two machines with one remote reuse each other's stages`(throughSSH: Bool) throws {
    let first = try Project.finished()
    let before = try first.run()
    let remote = first.path("shared").path
    let place = throughSSH ? "somewhere:\(remote)" : remote
    let pushed = try transfer(["push", place], first)
    #expect(pushed["runs"] == 1 && pushed["objects"]?.intValue ?? 0 > 20 && pushed["failures"] == [])
    let again = try transfer(["push", place], first)
    #expect(again["runs"] == 0 && again["objects"] == 0, "what is there is not sent again")
    #expect(try first.plumb("store", "verify", "--store", remote).status == 0)

    let second = try Project()
    #expect(try transfer(["pull", place], second)["runs"] == 1)
    #expect(try second.plan().stages("cached") == TinyPipeline.stages)
    let run = try second.run()
    #expect(run.stages("cached") == TinyPipeline.stages && run.digests == before.digests)
    #expect(try second.isStoreIntact())

    // And back: what the second makes, the first need not.
    let swapped = try second.run("--choose", "align=dpo")
    #expect(swapped.stages("succeeded") == ["align", "report"])
    #expect(try transfer(["push", place], second)["runs"] == 1)
    #expect(try transfer(["pull", place], first)["runs"] == 1)
    #expect(try first.run("--choose", "align=dpo").digests == swapped.digests)
    #expect(try first.plumb("lineage", "align.model").status == 0)
  }

  @Test func `A damaged object is refused by name, and arrives after it is repaired`() throws {
    let first = try Project.finished()
    let remote = first.path("shared").path
    try first.flip("sft.model", file: "model.safetensors")
    let pushed = try transfer(["push", remote], first, status: 7)
    #expect(pushed["failures"]?[0]?["code"] == "E309")
    #expect(try first.plumb("store", "verify", "--store", remote).status == 0, "no row promises it")
    #expect(try first.plumb("store", "verify", "--repair").status == 0)
    // The file, and the listing that names it.
    #expect(try transfer(["push", remote], first)["objects"] == 2)
    let second = try Project()
    _ = try transfer(["pull", remote], second)
    #expect(try second.run().stages("cached") == TinyPipeline.stages)
  }

  @Test(arguments: [false, true])
  func `A push finds what is damaged on the other side, and mends it`(throughSSH: Bool) throws {
    let project = try Project.finished()
    let remote = project.path("shared").path
    let place = throughSSH ? "somewhere:\(remote)" : remote
    _ = try transfer(["push", place], project)
    let path = try project.plumb(
      "store", "path", "sft.model", "--file", "model.safetensors", "--store", remote)
    let object = URL(fileURLWithPath: String(path.output.prefix { $0 != "\n" && $0 != "\t" }))
    try project.flip(object)
    #expect(try transfer(["push", place], project)["objects"] == 0, "its size is right")
    #expect(try transfer(["push", place, "--verify"], project)["objects"] == 1)
    #expect(try project.plumb("store", "verify", "--store", remote).status == 0)
    _ = try Plumb.shell("chmod 644 '\(object.path)'; : > '\(object.path)'")
    #expect(try transfer(["push", place], project)["objects"] == 1, "its size is wrong")
    #expect(try project.plumb("store", "verify", "--store", remote).status == 0)
  }

  @Test(arguments: [false, true])
  func `A pull changes nothing where it takes from, and says there what is damaged`(throughSSH: Bool) throws {
    let first = try Project.finished()
    try first.flip("sft.model", file: "model.safetensors")
    let before = try Snapshot(first.store)
    let second = try Project()
    let place = throughSSH ? "somewhere:\(first.store.path)" : first.directory.path
    let pulled = try transfer(["pull", place], second, status: 7)
    #expect(try Snapshot(first.store).differences(from: before) == [])
    let failures = try #require(pulled["failures"]?.arrayValue)
    #expect(failures.count == 1 && failures[0]["code"] == "E309" && pulled["withheld"] == 1)
    let remedy = "plumb store verify --repair --store \(first.store.path)"
    #expect(failures[0]["hint"]?.stringValue?.hasSuffix(remedy) == true, "\(failures)")
    // What the figures say is what is there.
    let verified = try second.json("store", "verify")
    #expect(verified["objects"] == pulled["objects"] && verified["bytes"] == pulled["bytes"])
  }

  @Test func `A program that answers without end, or not at all, is let go of`() throws {
    let project = try Project.finished()
    let greeting = "echo '{\"plumb\":1}'"
    for script in ["\(greeting); yes", "\(greeting); echo; exec sleep 60", "exit 1"] {
      try project.write("#!/bin/sh\n\(script)\n", to: "loud")
      _ = try Plumb.shell("chmod +x loud", in: project.directory)
      let result = try Plumb.run(
        ["store", "push", "somewhere:/x", "--json"], in: project.directory,
        environment: ["PLUMB_SSH": project.path("loud").path])
      let code = try ErrorReport(result).entries.first?.code
      #expect(code == (script == "exit 1" ? "E412" : "E413"), "\(script): \(result.errors)")
    }
  }

  @Test func `Two pushes at once leave one whole store`() throws {
    let first = try Project.finished()
    let remote = first.path("shared").path
    let commands = try (0..<2).map { _ in try first.start("store", "push", remote) }
    for command in commands { #expect(try command.wait().status == 0) }
    #expect(try first.plumb("store", "verify", "--store", remote).status == 0)
    #expect(try first.json("runs", "--store", remote)["runs"]?.arrayValue?.count == 1)
  }

  @Test func `A named tag comes with what it means`() throws {
    let first = try Project.finished()
    let remote = first.path("shared").path
    #expect(try first.plumb("tag", "sft.model", "prod", "--note", "good").status == 0)
    #expect(try transfer(["push", remote, "prod"], first)["tags"]?["moved"] == ["prod"])
    let second = try Project()
    #expect(try transfer(["pull", remote], second)["tags"]?["moved"] == [])
    #expect(try transfer(["pull", remote, "--tags"], second)["tags"]?["moved"] == ["prod"])
    #expect(try second.json("tags", "prod")["tags"]?[0]?["note"] == "good")

    // The second moves it and gives it back; what the first did before that is kept back there, and told.
    #expect(try second.plumb("tag", "align.model", "prod").status == 0)
    #expect(try transfer(["push", remote, "prod"], second)["tags"]?["moved"] == ["prod"])
    #expect(
      try transfer(["push", remote, "prod"], first)["tags"] == ["moved": [], "deleted": [], "kept": []])
    #expect(try first.plumb("tag", "prod", "--delete").status == 0)
    #expect(try transfer(["push", remote, "--tags"], first)["tags"]?["deleted"] == ["prod"])
  }

  @Test func `What names no store, or leads out of it, is refused`() throws {
    let project = try Project.finished()
    func code(_ words: String...) throws -> String? {
      try ErrorReport(Plumb.run(["store"] + words + ["--json"], in: project.directory)).entries.first?.code
    }
    #expect(try code("pull", "nowhere") == "E412")
    #expect(try code("push", ".plumb") == "E412")
    #expect(try code("push", "ssh://-oProxyCommand=x/path") == "E412")
    #expect(try code("push", "ssh://host:99999/path") == "E412")
    #expect(try code("push", "shared", "no-such-run") == "E313")
    _ = try Plumb.shell("mkdir -p evil victim; ln -s ../victim evil/objects", in: project.directory)
    #expect(try code("push", "evil") == "E412")
    #expect(try FileManager.default.contentsOfDirectory(atPath: project.path("victim").path) == [])
  }
}
