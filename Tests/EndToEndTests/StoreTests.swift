import Foundation
import Testing

@Suite struct StoreTests {
  /// Writes bytes into the header of the database ("The Database File Format" of SQLite, 1.3).
  private func patch(_ project: Project, at offset: Int, _ bytes: [UInt8]) throws {
    let url = project.store.appendingPathComponent("plumb.db")
    var data = try Data(contentsOf: url)
    data.replaceSubrange(offset..<(offset + bytes.count), with: bytes)
    try data.write(to: url)
  }

  private static let commands: [[String]] = [
    ["run", "pipeline.yaml"], ["plan", "pipeline.yaml"], ["check", "pipeline.yaml"], ["status"], ["runs"],
    ["show", "sft"], ["lineage", "sft"], ["metrics", "sft"], ["why", "pipeline.yaml", "sft"],
    ["generate", "sft.model", "--prompt", "hi"], ["export", "sft.model", "out"], ["store", "verify"],
    ["store", "path", "sft.model"],
  ]

  private func expectRefusal(_ project: Project, code: String, naming message: String) throws {
    let before = try Snapshot(project.store)
    for command in Self.commands {
      let report = try ErrorReport(Plumb.run(command + ["--json"], in: project.directory))
      #expect(report.status == 1)
      #expect(report.entries.map(\.code) == [code], "\(command): \(report.entries)")
      #expect(report.entries[0].message.contains(message) && report.entries[0].hint != nil)
    }
    #expect(try Snapshot(project.store).differences(from: before) == [], "left untouched")
  }

  @Test func `20: A newer schema is refused and left untouched`() throws {
    let project = try Project.finished()
    try patch(project, at: 60, [0, 0, 0, 99])
    try expectRefusal(project, code: "E304", naming: "schema version 99")
  }

  @Test func `20: Another application's database is refused and left untouched`() throws {
    let project = try Project.finished()
    try patch(project, at: 68, [1, 2, 3, 4])
    try expectRefusal(project, code: "E303", naming: "belongs to another application")
  }

  @Test func `20: A file that is no database is refused and left untouched`() throws {
    let project = try Project()
    try project.write(String(repeating: "not a database\n", count: 20), to: ".plumb/plumb.db")
    try expectRefusal(project, code: "E303", naming: "not a SQLite database")
  }

  @Test func `A store that is a file, or not there, is named`() throws {
    let project = try Project()
    try project.write("", to: "file")
    let file = try ErrorReport(project.plumb("run", "pipeline.yaml", "--store", "file", "--json"))
    #expect(file.status == 1 && file.entries[0].message.contains("is a file; a store is a directory"))
    let none = try ErrorReport(project.plumb("status", "--store", "none", "--json"))
    #expect(none.status == 1 && none.entries[0].code == "E903")
  }

  @Test func `A directory that holds something else is no store, and is left as it was`() throws {
    let project = try Project.finished()
    try project.write("mine", to: "papers/thesis.tex")
    let before = try Snapshot(project.path("papers"))
    let writing = [["store", "init"], ["store", "gc"], ["store", "pull", project.store.path]]
    for command in Self.commands + writing {
      let report = try ErrorReport(
        Plumb.run(command + ["--store", "papers", "--json"], in: project.directory))
      #expect(report.status == 1 && report.entries.map(\.code) == ["E301"], "\(command): \(report.entries)")
      #expect(report.entries.first?.message.contains("papers' is no store: it holds 'thesis.tex'") == true)
      #expect(report.entries.first?.hint?.contains("papers/.plumb") == true)
    }
    #expect(try project.plumb("store", "push", "papers").status == 1)
    #expect(try Snapshot(project.path("papers")).differences(from: before) == [])
  }

  @Test func `The store is found from the manifest, from below it, by option and by environment`() throws {
    let project = try Project.finished()
    try FileManager.default.createDirectory(at: project.path("sub"), withIntermediateDirectories: true)
    let below = try Plumb.run(["status", "--json"], in: project.path("sub"))
    #expect(try below.json()["run"]?["pipeline"] == "tiny")
    let manifest = try Plumb.run(["plan", project.path("pipeline.yaml").path, "--json"])
    #expect(try PlanReport(manifest).status == 0)
    let named = try Plumb.run(["runs", "--json", "--store", project.store.path])
    #expect(try named.json()["runs"]?.arrayValue?.count == 1)
    let variable = try Plumb.run(["runs", "--json"], environment: ["PLUMB_STORE": project.store.path])
    #expect(try variable.json()["runs"]?.arrayValue?.count == 1)
  }

  @Test func `A store that may not be written to can still be read`() throws {
    let project = try Project.finished()
    let result = try Plumb.shell(
      "chmod -R a-w .plumb && \"$PLUMB\" status && \"$PLUMB\" store verify", in: project.directory)
    _ = try Plumb.shell("chmod -R u+w .plumb", in: project.directory)
    #expect(result.status == 0, "\(result.errors)")
  }
}
