import Artifacts
import Diagnostics
import Foundation
import Testing

@Suite struct StoreLocationTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func locate(_ explicit: String? = nil, environment: [String: String] = [:]) throws -> String {
    let start = directory.path("project/pipelines")
    try FileManager.default.createDirectory(at: start, withIntermediateDirectories: true)
    return StoreLocation.locate(explicit: explicit, from: start, environment: environment).root.path
  }

  @Test("a store is found upwards, and else belongs beside the manifest")
  func search() throws {
    #expect(try locate() == directory.path("project/pipelines/.plumb").path)
    try FileManager.default.createDirectory(
      at: directory.path("project/.plumb"), withIntermediateDirectories: true)
    #expect(try locate() == directory.path("project/.plumb").path)
  }

  @Test("the option wins over the environment, which wins over the search")
  func overrides() throws {
    let environment = ["PLUMB_STORE": "/var/tmp/environment"]
    #expect(try locate(environment: environment) == "/var/tmp/environment")
    #expect(try locate("/var/tmp/option", environment: environment) == "/var/tmp/option")
    #expect(try locate(environment: ["PLUMB_STORE": ""]) == directory.path("project/pipelines/.plumb").path)
  }

  @Test("a new store is private and ignored by Git; making it again changes nothing")
  func creation() throws {
    let layout = StoreLayout(root: directory.path("deep/er/.plumb"))
    #expect(!layout.exists)
    try layout.create()
    let attributes = try FileManager.default.attributesOfItem(atPath: layout.root.path)
    #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o700)
    #expect(try contents(of: layout.root)[".gitignore"] == "*\n")
    let before = try contents(of: layout.root)
    try layout.create()
    #expect(try contents(of: layout.root) == before)
  }

  @Test("a place that cannot be a store is refused with its cause")
  func refusal() throws {
    try directory.write("a file", to: "file")
    #expect(throws: Diagnostic.self) {
      try StoreLayout(root: directory.path("file/.plumb")).create()
    }
  }

  @Test("a directory that holds something else is refused, and one that a kill left half made is finished")
  func foreignDirectory() throws {
    try directory.write("mine", to: "papers/thesis.tex")
    expectDiagnostic(.storeUnavailable, naming: "it holds 'thesis.tex'") {
      try StoreLayout(root: directory.path("papers")).create()
    }
    #expect(try contents(of: directory.path("papers")) == ["thesis.tex": "mine"])
    try directory.write("*\n", to: "half/.gitignore")
    for name in ["half/objects", "empty", "disk/lost+found"] {
      try FileManager.default.createDirectory(at: directory.path(name), withIntermediateDirectories: true)
    }
    for name in ["half", "empty", "disk"] { try StoreLayout(root: directory.path(name)).create() }
    // What its user put beside the database does not make it another thing.
    try directory.write("", to: "half/plumb.db")
    try directory.write("remember", to: "half/notes.txt")
    try StoreLayout(root: directory.path("half")).create()
  }

  @Test("the file system of a device is read from the mount table")
  func mountTable() {
    let table = """
      22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
      90 22 0:52 / /home rw,relatime shared:40 master:1 - nfs4 server:/home rw,vers=4.2
      """
    #expect(StoreLayout.fileSystemType(device: 52, mountTable: table) == "nfs4")
    #expect(StoreLayout.fileSystemType(device: 0x801, mountTable: table) == "ext4")
    #expect(StoreLayout.fileSystemType(device: 99, mountTable: table) == nil)
  }
}
