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
}
