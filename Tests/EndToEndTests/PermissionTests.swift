import Foundation
import JSONText
import Testing

@Suite struct PermissionTests {
  /// Files and directories of the store that others than its user may do something with.
  private func open(to bits: Int, _ project: Project) throws -> [String] {
    let manager = FileManager.default
    return try ([""] + manager.subpathsOfDirectory(atPath: project.store.path)).filter { name in
      let path = project.store.appendingPathComponent(name).path
      let mode = try manager.attributesOfItem(atPath: path)[.posixPermissions] as? Int
      return (mode ?? 0) & bits != 0
    }
  }

  @Test(arguments: ["000", "022", "077"])
  func `A store is private whatever the umask, and what is exported keeps to the umask`(umask: String) throws
  {
    let project = try Project()
    let result = try Plumb.shell(
      "umask \(umask); \"$PLUMB\" run pipeline.yaml --quiet && \"$PLUMB\" export sft.model out",
      in: project.directory)
    #expect(result.status == 0, "\(result.errors)")
    #expect(try open(to: 0o077, project) == [])
    let mode = try FileManager.default.attributesOfItem(atPath: project.path("out/config.json").path)
    #expect(mode[.posixPermissions] as? Int == 0o666 & ~(Int(umask, radix: 8) ?? 0))
  }

  @Test func `A store is shared on purpose only`() throws {
    let project = try Project()
    #expect(try project.json("store", "init", "--shared")["shared"] == true)
    let run = try Plumb.shell(
      "umask 077; \"$PLUMB\" run pipeline.yaml --quiet --choose align=dpo", in: project.directory)
    #expect(run.status == 0, "\(run.errors)")
    #expect(try open(to: 0o007, project) == [], "nobody else sees anything")
    let scores = try open(to: 0o020, project).filter { $0.hasPrefix("scores/") }
    #expect(scores.count == 2, "the group writes a model's scores and their directory: \(scores)")
    let database = try FileManager.default.attributesOfItem(atPath: project.path(".plumb/plumb.db").path)
    #expect(database[.posixPermissions] as? Int == 0o660)
    #expect(try project.plumb("doctor").output.contains("shared with the group"))
    #expect(try project.json("store", "init")["shared"] == false)
    #expect(try open(to: 0o077, project) == [])
    #expect(try project.isStoreIntact())
    #expect(try project.plumb("store", "init", "--group", "x").status == 64)
    #expect(try project.plumb("store", "init", "--shared", "--group", "no such").errors.contains("E905"))
  }

  @Test func `A store that others can look into is told by doctor`() throws {
    let project = try Project.finished()
    _ = try Plumb.shell("chmod 755 .plumb", in: project.directory)
    let findings = try project.json("doctor")["findings"]?.arrayValue ?? []
    let access = try #require(findings.first { $0["subject"] == "access" })
    #expect(
      access["verdict"] == "doubtful" && access["hint"]?.stringValue?.contains("plumb store init") == true)
  }

  @Test func `A model directory cannot name files outside of it`() throws {
    let project = try Project.finished()
    #expect(try project.plumb("export", "sft.model", "model").status == 0)
    try project.write("secret", to: "secret.safetensors")
    try FileManager.default.removeItem(at: project.path("model/model.safetensors"))
    for name in ["../secret.safetensors", "/etc/passwd", "..", "a/b"] {
      try project.write(
        #"{"weight_map": {"model.embed_tokens.weight": "\#(name)"}}"#,
        to: "model/model.safetensors.index.json")
      let result = try project.plumb("generate", "model", "--prompt", "hi")
      #expect(
        result.status == 3 && result.errors.contains("the name of a file in this folder"), "\(result.errors)")
    }
  }
}
