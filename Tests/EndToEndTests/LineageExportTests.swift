import Artifacts
import Foundation
import JSONText
import Testing

@Suite struct LineageExportTests {
  private func events(_ project: Project, _ id: String, _ more: String...) throws -> [JSON] {
    let result = try Plumb.run(["lineage", id, "--format", "openlineage"] + more, in: project.directory)
    try #require(result.status == 0, "\(result.errors)")
    return try result.output.split(separator: "\n").map { try JSON.parse(Array($0.utf8), file: "events") }
  }

  private func provenance(_ project: Project, _ id: String) throws -> JSON {
    try project.plumb("lineage", id, "--format", "prov").json()
  }

  @Test func `21: OpenLineage has one start and one end for each execution, inside its run`() throws {
    let project = try Project.finished()
    _ = try project.run("--choose", "align=dpo")
    let events = try events(project, "latest", "--up")
    var types: [String: [String]] = [:]
    for event in events {
      types[event["run"]?["runId"]?.stringValue ?? "", default: []].append(
        event["eventType"]?.stringValue ?? "")
    }
    #expect(types.values.allSatisfy { $0 == ["START", "COMPLETE"] }, "\(types)")
    let times = events.compactMap { $0["eventTime"]?.stringValue }
    #expect(times.count == events.count && times == times.sorted())
    let stages = events.filter { $0["run"]?["facets"]?["parent"] != nil }
    for event in stages {
      let parent = event["run"]?["facets"]?["parent"]?["run"]?["runId"]?.stringValue ?? ""
      #expect(types[parent] != nil && event["job"]?["name"]?.stringValue?.hasPrefix("tiny.") == true)
    }
    // Six stages of this run, four of them cached, and the four executions that those point to.
    let own = stages.filter { $0["eventType"] == "START" }.compactMap {
      $0["run"]?["facets"]?["plumbline_execution"]
    }
    let cached = own.filter { $0["state"] == "cached" }
    #expect(own.count == 10 && cached.count == 4)
    for facet in cached { #expect(types[facet["cachedFrom"]?.stringValue ?? ""] != nil) }
  }

  @Test func `21: OpenLineage names data sets the same at both ends, with digest, bytes and rows`() throws {
    let project = try Project.finished()
    let digests = try project.run().digests
    let ends = try events(project, "align.model", "--up").filter { $0["eventType"] == "COMPLETE" }
    var written: [String: String] = [:]
    for dataset in ends.flatMap({ $0["outputs"]?.arrayValue ?? [] }) {
      written[dataset["name"]?.stringValue ?? ""] =
        dataset["facets"]?["version"]?["datasetVersion"]?.stringValue
    }
    #expect(written["tiny.sft.model"] == digests["sft.model"])
    let sft = try #require(ends.first { $0["job"]?["name"] == "tiny.sft" })
    let inputs = sft["inputs"]?.arrayValue ?? []
    #expect(inputs.compactMap { $0["name"]?.stringValue } == ["tiny.base.model", "tiny.sources.demos"])
    #expect(
      inputs.first?["facets"]?["version"]?["datasetVersion"]?.stringValue == written["tiny.base.model"])
    let statistics = inputs.last?["inputFacets"]?["inputStatistics"]
    #expect(statistics?["rowCount"] == 12)
    #expect(statistics?["size"]?.intValue == TinyPipeline.demonstrations.utf8.count)
    #expect(inputs.last?["facets"]?["plumbline_artifact"]?["path"] == "demos.jsonl")
  }

  @Test func `21: OpenLineage tells of a failure, and of nothing that was skipped`() throws {
    let project = try Project.finished()
    try project.replace(
      "    num_train_epochs: 1\n    batch_size: 4\n    learning_rate: 0.001",
      with: "    num_train_epochs: 30\n    batch_size: 4\n    learning_rate: 1000")
    _ = try project.run("--keep-going", status: 1)
    let events = try events(project, "latest", "--up")
    let failed = events.filter { $0["eventType"] == "FAIL" }
    #expect(failed.compactMap { $0["job"]?["name"]?.stringValue } == ["tiny.sft", "tiny"])
    let message = failed.first?["run"]?["facets"]?["errorMessage"]?["message"]?.stringValue
    #expect(message?.hasPrefix("E501: ") == true, "\(message ?? "")")
    #expect(!events.contains { $0["job"]?["name"] == "tiny.align" })
  }

  @Test func `21: PROV has a relation for every edge of the lineage, between records of the document`() throws
  {
    let project = try Project.finished()
    let document = try provenance(project, "align.model")
    let graph = try project.json("lineage", "align.model")
    let relations = (document["used"]?.members ?? []) + (document["wasGeneratedBy"]?.members ?? [])
    #expect(relations.count == graph["edges"]?.arrayValue?.count)
    let known = Set(
      ["entity", "activity", "agent"].flatMap { document[$0]?.members ?? [] }.map(\.key))
    for relation in relations.map(\.value) {
      for end in ["prov:entity", "prov:activity"] {
        #expect(known.contains(relation[end]?.stringValue ?? ""), "\(relation)")
      }
    }
    let policy = try #require(try project.run().digests["align.model"])
    let derived = (document["wasDerivedFrom"]?.members ?? []).filter {
      $0.value["prov:generatedEntity"]?.stringValue == "content:\(policy)"
    }
    #expect(derived.count == 3, "the model, the reward model and the prompts")
  }

  // MARK: RO-Crate

  private func crate(_ project: Project, _ id: String, _ name: String, _ more: String...) throws -> [JSON] {
    let result = try Plumb.run(["lineage", id, "--ro-crate", name] + more, in: project.directory)
    try #require(result.status == 0, "\(result.errors)")
    let metadata = try project.read(name + "/ro-crate-metadata.json")
    return try JSON.parse(Array(metadata.utf8), file: name)["@graph"]?.arrayValue ?? []
  }

  /// Identifiers that an entity points to.
  private func targets(_ value: JSON) -> [String] {
    switch value {
    case .array(let items): items.flatMap(targets)
    case .object(let members) where members.map(\.key) == ["@id"]: [members[0].value.stringValue ?? ""]
    case .object(let members): members.flatMap { targets($0.value) }
    default: []
    }
  }

  @Test func `21: An RO-Crate holds what a model was made from, each file under its digest`() throws {
    let project = try Project.finished()
    let graph = try crate(project, "align.model", "crate")
    let ids = graph.compactMap { $0["@id"]?.stringValue }
    #expect(Set(ids).count == ids.count && ids.count == graph.count)
    for target in graph.flatMap(targets) where !target.contains(":") {
      #expect(ids.contains(target), "\(target)")
    }
    var files: Set<String> = ["ro-crate-metadata.json"]
    for file in graph {
      guard let digest = file["sha256"]?.stringValue, let id = file["@id"]?.stringValue else { continue }
      let bytes = [UInt8](try Data(contentsOf: project.path("crate/" + id)))
      #expect(Digest(hashing: bytes).text == digest, "\(id)")
      #expect(file["contentSize"]?.stringValue == String(bytes.count))
      files.insert(id)
    }
    let present = try FileManager.default.subpathsOfDirectory(atPath: project.path("crate").path).filter {
      var isDirectory: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: project.path("crate/" + $0).path, isDirectory: &isDirectory)
      return !isDirectory.boolValue
    }
    #expect(Set(present) == files)
    #expect(files.isSuperset(of: ["workflow/pipeline.yaml", "sources/demos.jsonl"]))
    #expect(!files.contains { $0.contains("report") }, "a report on the model is not what it was made from")
  }

  @Test func `21: The same lineage gives the same crate, which replaces nothing`() throws {
    let project = try Project.finished()
    _ = try crate(project, "align.model", "one")
    _ = try crate(project, "align.model", "two")
    let contents = try ["one", "two"].map { try Snapshot(project.path($0)).entries.mapValues(\.content) }
    #expect(contents[0] == contents[1])
    let again = try ErrorReport(project.plumb("lineage", "sft.model", "--ro-crate", "one", "--json"))
    #expect(again.status == 1 && again.entries[0].code == "E311")
  }

  @Test func `21: A crate names by its hash what it does not hold`() throws {
    let project = try Project.finished()
    let old = try project.run()
    let summary = try project.json("lineage", "sft.model", "--ro-crate", "bare", "--metadata-only")
    #expect(summary["artifacts"] == 0 && summary["left_out"]?.arrayValue?.count == 5)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: project.path("bare").path).sorted()
        == ["ro-crate-metadata.json", "workflow"])
    // What garbage collection took is described like everything else.
    _ = try project.run("--choose", "align=dpo")
    _ = try project.run("--choose", "align=dpo", "--force", "report")
    try project.plumb("store", "gc", "--keep-runs", "1")
    let policy = try #require(old.digests["align.model"])
    let graph = try crate(project, policy, "gone")
    let entity = graph.first { $0["identifier"]?.stringValue == "sha256:" + policy }
    #expect(entity?["@id"]?.stringValue?.hasPrefix("ni:///sha-256;") == true)
    #expect(try provenance(project, policy)["entity"]?["content:" + policy] != nil)
  }

  @Test(arguments: [
    ["--format", "prov", "--json"], ["--format", "dot", "--ro-crate", "crate"], ["--metadata-only"],
    ["--format", "turtle"],
  ])
  func `Options that do not go together are refused before anything is written`(options: [String]) throws {
    let project = try Project.finished()
    let result = try Plumb.run(["lineage", "sft.model"] + options, in: project.directory)
    #expect(result.status == 64)
    #expect(!FileManager.default.fileExists(atPath: project.path("crate").path))
  }

  @Test func `A source was made by nothing, which a crate could not tell`() throws {
    let project = try Project.finished()
    let refused = try project.plumb("lineage", "sources.demos", "--ro-crate", "crate")
    #expect(refused.status == 64 && refused.errors.contains("--down"))
    #expect(try !crate(project, "sources.demos", "uses", "--down").isEmpty)
  }
}
