import JSONText
import Testing

@Suite struct TagTests {
  @Test func `A tag stands for what it was given to, moves, and remembers`() throws {
    let project = try Project.finished()
    #expect(try project.plumb("tag", "sft.model", "prod", "--note", "first").status == 0)
    #expect(try project.plumb("generate", "prod", "--prompt", "hi", "--max-tokens", "2").status == 0)
    let moved = try project.json("tag", "prod", "align.model")
    #expect(moved["old"] != .null && moved["old"] != moved["new"])
    let history = try #require(try project.json("tags", "prod")["tags"]?.arrayValue)
    #expect(history.map { $0["label"]?.stringValue } == ["align.model", "sft.model"])
    #expect(history.last?["note"] == "first")
    #expect(try project.json("tags")["tags"]?.arrayValue?.count == 1)
    let today = try project.json("tags", "prod", "--at", "2999-01-01")
    #expect(today["tags"]?.arrayValue?.first?["label"] == "align.model")
    #expect(try project.plumb("tags", "prod", "--at", "2000-01-01").status == 1)
  }

  @Test func `A name that could be taken for something else is refused`() throws {
    let project = try Project.finished()
    for name in ["sft", "latest", "a.b", "latest:run", "deadbeef", "", "9lives"] {
      let result = try project.plumb("tag", "sft.model", name)
      #expect(result.status == 1 && result.errors.contains("E317"), "\(name): \(result.errors)")
    }
    #expect(try project.plumb("tag", "prod").status == 64)
    #expect(try project.plumb("tag", "prod", "--delete").errors.contains("there is no tag 'prod'"))
    let unprotected = try project.plumb("tag", "prod", "--unprotect")
    #expect(unprotected.status == 1 && unprotected.errors.contains("'prod' is not protected"))
  }

  @Test func `Who moved a tag is known without an environment`() throws {
    let project = try Project.finished()
    let line = "env -u USER \"$PLUMB\" tag sft.model prod && id -un"
    let name = try Plumb.shell(line, in: project.directory).output.split(separator: "\n").last
    #expect(try project.json("tags", "prod")["tags"]?[0]?["author"]?.stringValue == name.map(String.init))
  }
}
