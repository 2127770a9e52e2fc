import JSONText
import Testing

@Suite struct ReferenceTests {
  @Test func `Every kind explains its inputs, outputs and keys`() throws {
    let kinds = try #require(try Plumb.run(["explain", "--json"]).json()["kinds"]?.arrayValue)
    #expect(kinds.count >= 7)
    for kind in kinds {
      let name = try #require(kind["name"]?.stringValue)
      let one = try Plumb.run(["explain", name])
      #expect(one.status == 0 && one.output.hasPrefix(name), "\(one.errors)")
      for key in kind["keys"]?.arrayValue ?? [] {
        #expect(key["summary"]?.stringValue?.isEmpty == false, "\(name).\(key["name"] ?? .null)")
      }
    }
    #expect(try Plumb.run(["explain", "sft.learning_rate"]).output.contains("2e-05"))
  }

  @Test func `A name that is not known is met with the nearest`() throws {
    let kind = try Plumb.run(["explain", "sfd"])
    #expect(kind.status == 3 && kind.errors.contains("did you mean 'sft'?"))
    let key = try Plumb.run(["explain", "sft.learning_rat"])
    #expect(key.status == 3 && key.errors.contains("did you mean 'learning_rate'?"))
  }

  @Test func `The schema knows every kind with its keys`() throws {
    let schema = try Plumb.run(["schema"]).json()
    let stage = schema["properties"]?["stages"]?["additionalProperties"]?["else"]
    let kinds = try #require(stage?["properties"]?["kind"]?["enum"]?.arrayValue)
    #expect(kinds.contains("ppo"))
    let rules = try #require(stage?["allOf"]?.arrayValue)
    #expect(rules.count == kinds.count)
    #expect(rules.allSatisfy { $0["then"]?["properties"]?["kind"] != nil })
  }

  @Test func `The doctor finds a healthy store healthy and a damaged one wrong`() throws {
    let project = try Project.finished()
    let fine = try project.json("doctor")
    #expect(fine["findings"]?.arrayValue?.contains { $0["verdict"] == "wrong" } == false, "\(fine.pretty)")
    try project.write("not a database", to: ".plumb/plumb.db")
    #expect(try project.plumb("doctor").status == 1)
  }
}
