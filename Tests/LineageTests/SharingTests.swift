import Artifacts
import Diagnostics
import JSONText
import Lineage
import Testing

@Suite struct SharingTests {
  private let origin: TemporaryStore
  private let store: TemporaryStore

  init() throws {
    origin = try TemporaryStore()
    store = try TemporaryStore()
  }

  /// A run of one stage, as it is given to another store.
  private func bundle() throws -> JSON {
    let database = try origin.database()
    let run = try database.begin(stages: ["sft"])
    try database.execute(
      "sft", in: run, output: "weights", metrics: [MetricPoint(name: "loss", step: 1, value: .infinity)])
    try database.finish(run, .succeeded, seconds: 1)
    return try database.read { try $0.bundle(of: run.id) }
  }

  /// The same with one text in the place of another, which must occur.
  private func tampered(_ bundle: JSON, _ old: String, _ new: String) throws -> JSON {
    let text = bundle.compact
    try #require(text.contains(old), "\(old) is not in \(text)")
    return try JSON.parse(text.replacing(old, with: new, maxReplacements: 1))
  }

  @Test func `A run that is taken in reads as it was made, once`() throws {
    let bundle = try bundle()
    let database = try store.database()
    let summary = try database.importRuns([bundle]) { _ in true }
    #expect(summary.runs == 1 && summary.executions == 1 && summary.different == [])
    #expect(try database.importRuns([bundle]) { _ in true }.runs == 0)
    let run = try #require(bundle["id"]?.stringValue)
    #expect(try database.read { try $0.bundle(of: RunID(run)) } == bundle)
    #expect(try database.read { try $0.presentObjects() }.count == 1)
  }

  @Test func `Content that did not arrive is not promised`() throws {
    let database = try store.database()
    _ = try database.importRuns([try bundle()]) { _ in false }
    #expect(try database.read { try $0.presentObjects() } == [])
  }

  private static let forgeries = [
    ("\"configuration\":\"{}\"", "\"configuration\":\"{\""),
    ("[\"kind\",\"text\",\"sft\"]", "[\"kind\",\"text\",\"dpo\"]"),
    ("\"state\":\"succeeded\"", "\"state\":\"running\""),
    ("\"state\":\"succeeded\"", "\"state\":\"splendid\""),
    ("\"size\":7", "\"size\":-7"), ("\"size\":7", "\"size\":\"many\""),
    ("\"kind\":\"blob\"", "\"kind\":\"link\""),
    ("\"digest\":\"", "\"digest\":\"../../"), ("\"step\":1", "\"step\":\"first\""),
    ("\"started_at\":", "\"started_at\":\"\",\"x\":"),
    ("\"cached_from\":null", "\"cached_from\":\"01936c1e-0000-7000-8000-000000000001\""),
    ("\"cached_from\":null", "\"cached_from\":\"' OR 1\""), ("name: support", "name: another"),
    ("\"direction\":\"out\"", "\"direction\":\"through\""), ("\"targets\":\"[", "\"targets\":\"[["),
    // Words, times and numbers that nothing here could have written.
    ("\"decision\":\"run\"", "\"decision\":\"perhaps\""), ("\"started_at\":", "\"started_at\":-"),
    ("\"started_at\":", "\"started_at\":9999"), ("\"seconds\":1", "\"seconds\":-1"),
    ("\"seconds\":1", "\"seconds\":1e300,\"x\":1"), ("\"size\":7", "\"size\":9223372036854775807"),
    ("\"attempt\":1", "\"attempt\":-1"), ("\"attempt\":1", "\"attempt\":9223372036854775807"),
    ("\"exit_code\":null", "\"exit_code\":4294967296"), ("\"peak_memory\":null", "\"peak_memory\":-5"),
    ("\"owner_process\":", "\"owner_process\":9999999999"), ("\"kind_version\":1", "\"kind_version\":-1"),
    ("\"result\":\"canonical\"", "\"result\":\"best\""), ("\"facts\":\"{}\"", "\"facts\":\"{\""),
    // Names that would be paths, or would write over a terminal.
    ("\"stage\":\"sft\"", "\"stage\":\"../..\""), ("\"stage\":\"sft\"", "\"stage\":\"\""),
    ("\"kind\":\"sft\"", "\"kind\":\"a/b\""), ("\"port\":\"model\"", "\"port\":\"../model\""),
    ("\"type\":\"model\"", "\"type\":\"/etc\""), ("\"pipeline\":\"", "\"pipeline\":\"\\u001b[2J"),
    ("\"reason\":\"", "\"reason\":\"\\u001b]0;"), ("\"name\":\"loss\"", "\"name\":\"loss\\u202e\""),
  ]

  @Test(arguments: forgeries)
  func `A record that is forged is refused, and nothing of its run is taken in`(old: String, new: String)
    throws
  {
    let bundle = try tampered(try bundle(), old, new)
    let database = try store.database()
    let error = #expect(throws: Diagnostic.self) { try database.importRuns([bundle]) { _ in true } }
    #expect(error?.code == .refusedRecord, "\(String(describing: error))")
    #expect(try database.read { try $0.runs().count } == 0)
    #expect(try database.read { try $0.presentObjects() } == [])
  }

  @Test func `Names of instances and what a process said are taken in as they are`() throws {
    let database = try origin.database()
    let run = try database.begin(stages: ["dpo@beta=0.05,seed=-1e-05"])
    let execution = try database.start(
      ExecutionStart(
        stage: "dpo@beta=0.05,seed=-1e-05", kind: "dpo", kindVersion: 1, key: database.key("dpo"),
        configuration: ["template": "a\n\u{1B}b"], inputs: []), in: run)
    try database.fail(
      execution, ExecutionFailure(code: "E501", message: "a\u{1B}[1m", logTail: "1/2\r\u{1B}[K2/2\n"),
      seconds: 1)
    try database.finish(run, .failed, seconds: 1)
    let bundle = try database.read { try $0.bundle(of: run.id) }
    #expect(try store.database().importRuns([bundle]) { _ in true }.runs == 1)
    #expect(try store.database().read { try $0.bundle(of: run.id) } == bundle)
  }

  @Test func `Sizes of content that is not here can be counted together`() throws {
    let database = try origin.database()
    let run = try database.begin(stages: ["sft"])
    let execution = try database.start(
      ExecutionStart(
        stage: "sft", kind: "sft", kindVersion: 1, key: database.key("sft"), configuration: .null, inputs: []),
      in: run)
    let outputs = (0..<3).map { index in
      let object = ObjectReference(digest: Digest(hashing: "\(index)"), kind: .blob, size: .max / 2)
      return OutputRecord(port: "p\(index)", artifact: Artifact(type: "model", object: object))
    }
    try database.succeed(execution, outputs: outputs, seconds: 1)
    try database.finish(run, .succeeded, seconds: 1)
    #expect(
      try database.read { try $0.lastCost(pipeline: "support", stage: "sft", kind: "sft") }?.bytes == .max)
  }
}
