import Artifacts
import Diagnostics
import Lineage
import Testing

@Suite struct ReferenceTests {
  let store: TemporaryStore
  let database: LineageDatabase
  let first: ActiveRun
  let second: ActiveRun

  init() throws {
    store = try TemporaryStore()
    database = try store.database()
    first = try database.begin(stages: ["sft", "dpo@beta=0.05,seed=1"])
    try database.recordSources(
      [SourceRecord(name: "demos", path: "demos.jsonl", artifact: Artifact("demonstrations", "demos"))],
      of: first)
    try database.execute("sft", in: first, output: "one")
    try database.execute("dpo@beta=0.05,seed=1", in: first, output: "dpo")
    second = try database.begin(stages: ["sft"])
    try database.execute("sft", in: second, configuration: ["lr": 2], output: "two")
  }

  private func resolve(_ text: String) throws -> Referent { try database.read { try $0.resolve(text) } }

  @Test("STAGE.PORT means the newest run that has the stage, RUN:STAGE.PORT another one")
  func names() throws {
    #expect(try resolve("sft.model") == .artifact(Artifact("model", "two"), label: "sft.model"))
    #expect(try resolve("\(first.id):sft.model") == .artifact(Artifact("model", "one"), label: "sft.model"))
    #expect(
      try resolve("dpo@beta=0.05,seed=1.model")
        == .artifact(Artifact("model", "dpo"), label: "dpo@beta=0.05,seed=1.model"))
    #expect(
      try resolve("sources.demos")
        == .artifact(Artifact("demonstrations", "demos"), label: "sources.demos"))
    #expect(try database.read { try $0.resolveArtifact("sft") }.artifact == Artifact("model", "two"))
    #expect(try database.read { try $0.resolveRun("latest") } == second.id)
    #expect(try resolve("latest") == .run(second.id))
  }

  @Test("unique prefixes of runs, executions and digests are enough")
  func prefixes() throws {
    #expect(try resolve(first.id.text) == .run(first.id))
    let digest = Digest(hashing: "one")
    #expect(try resolve(digest.short) == .artifact(Artifact("model", "one"), label: nil))
    let stages = try database.read { try $0.run(first.id).stages }
    let execution = try #require(stages.first?.execution?.id)
    #expect(try resolve(execution.text) == .execution(execution))
  }

  @Test("a prefix that fits one run and its executions means the run")
  func runWins() throws {
    let store = try TemporaryStore()
    let database = try store.database()
    let run = try database.begin(stages: ["sft"])
    let execution = try database.execute("sft", in: run, output: "one")
    let prefix = String(run.id.text.prefix(4))
    try #require(execution.text.hasPrefix(prefix))
    #expect(try database.read { try $0.resolve(prefix) } == .run(run.id))
  }

  @Test("an ambiguous prefix lists its candidates")
  func ambiguous() {
    // Identifiers of runs begin with the time, and these two began in the same seconds.
    let error = #expect(throws: Diagnostic.self) { try resolve(String(first.id.text.prefix(4))) }
    #expect(error?.code == .ambiguousReference)
    #expect(error?.message.contains(first.id.text) == true && error?.message.contains(second.id.text) == true)
  }

  @Test(
    "an unknown name is an error that suggests the nearest",
    arguments: [("sfd.model", "sft"), ("sft.modle", "sft.model"), ("zzz", nil), ("", nil), ("ffff:sft", nil)])
  func unknown(text: String, suggestion: String?) {
    let error = #expect(throws: Diagnostic.self) { try resolve(text) }
    #expect(error?.code == .unknownReference)
    if let suggestion { #expect(error?.hint?.contains(suggestion) == true) }
  }

  @Test("a stage without outputs says why")
  func withoutOutputs() throws {
    let run = try database.begin(stages: ["sft"])
    try database.recordSkipped(stage: "sft", kind: "sft", reason: "", in: run)
    let error = #expect(throws: Diagnostic.self) { try resolve("sft.model") }
    #expect(error?.message.contains("skipped") == true)
  }
}
