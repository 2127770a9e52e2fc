import Diagnostics
import Execution
import Testing

@Suite struct RemoteLocationTests {
  @Test func `A host is told from a directory`() throws {
    for directory in ["shared", "/srv/plumb", "./a:b", "../x:y/z"] {
      #expect(try RemoteLocation(directory) == nil, "\(directory)")
    }
    let short = try #require(try RemoteLocation("ada@host:plumb"))
    #expect(short.host == "ada@host" && short.path == "plumb" && short.port == nil)
    let long = try #require(try RemoteLocation("ssh://ada@host:2222/srv/it's"))
    #expect(long.host == "ada@host" && long.path == "/srv/it's" && long.port == 2222)
    #expect(try RemoteLocation("ssh://host/~/plumb")?.path == "~/plumb")
  }

  @Test(arguments: [
    "-oProxyCommand=x:path", "ssh://-x/path", "ssh://host", "host:", "ssh://host:0/p", "host:a\nb", ":p",
  ])
  func `What could be an option, or names nothing, is refused`(text: String) {
    #expect(throws: Diagnostic.self) { try RemoteLocation(text) }
  }
}
