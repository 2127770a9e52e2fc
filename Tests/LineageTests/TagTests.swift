import Artifacts
import Diagnostics
import Lineage
import Testing

@Suite struct TagTests {
  private let store: TemporaryStore
  private let database: LineageDatabase
  private let prod: TagName

  init() throws {
    store = try TemporaryStore()
    database = try store.database()
    prod = try TagName("prod")
    try database.execute("sft", in: try database.begin(stages: ["sft"]), output: "one")
  }

  private func history() throws -> [TagProtection] {
    try database.read { try $0.protectionHistory(of: prod) }
  }

  @Test func `Protecting a tag again keeps what it requires unless it is told otherwise`() throws {
    try database.protect(prod, requirements: ["reward > 1"], author: "ada")
    #expect(try database.protect(prod).now.requirements == ["reward > 1"])
    let change = try database.protect(prod, requirements: ["loss < 2"])
    #expect(change.before?.requirements == ["reward > 1"] && change.now.requirements == ["loss < 2"])
    try database.unprotect(prod, note: "for the demo", author: "bob")
    #expect(try database.protect(prod).now.requirements == [], "what was taken away does not come back")
    #expect(try history().map(\.isProtected) == [true, false, true, true, true])
    #expect(try history().map(\.author) == ["", "bob", "", "", "ada"])
    #expect(try history()[1].note == "for the demo")
  }

  @Test func `Only what is protected can be unprotected`() throws {
    let error = #expect(throws: Diagnostic.self) { try database.unprotect(prod) }
    #expect(error?.code == .unknownReference)
    #expect(try history() == [])
  }

  @Test(arguments: ["latest", "sft"])
  func `A word that means something else becomes no tag, and is not protected`(name: String) throws {
    let name = try TagName(name)
    let attempts: [() throws -> Void] = [
      { try database.tag(Artifact("model", "one"), as: name, label: nil) }, { try database.protect(name) },
    ]
    for attempt in attempts {
      #expect(#expect(throws: Diagnostic.self) { try attempt() }?.code == .invalidTag)
    }
  }

  @Test func `What was tagged by another tag is called as that one calls it`() throws {
    try database.tag(Artifact("model", "one"), as: TagName("candidate"), label: "sft.model")
    try database.tag(Artifact("model", "one"), as: prod, label: "candidate", manner: .promoted)
    #expect(try database.read { try $0.tag(prod) }?.label == "sft.model")
  }
}
