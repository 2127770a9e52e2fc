import Artifacts
import Foundation
import Testing

@Suite struct ScratchDirectoryTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func names(in parent: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: parent.path)
  }

  @Test("scratch directories of the living stay, those of the dead go")
  func sweep() throws {
    let store = try directory.store()
    let living = try store.makeWorkDirectory(name: "sft")
    try directory.write("left by a kill", to: "store/work/dead-1/output/file")
    try directory.write("left by a kill", to: "store/tmp/put-1/file")
    #expect(try store.leftovers() == store.leftovers(), "a look changes nothing")
    let removed = try store.removeAbandoned()
    #expect(removed.count == 2 && removed.bytes == 28)
    #expect(try store.leftovers().count == 0)
    #expect(try names(in: store.layout.work) == [living.url.lastPathComponent])
    #expect(try names(in: store.layout.temporary).isEmpty)
  }

  @Test("links to objects do not count as space that is freed")
  func sizes() throws {
    let store = try directory.store()
    let object = try store.put(try directory.write("weights", to: "weights"))
    try store.materialize(object, at: directory.path("store/work/dead-1/weights"))
    let found = try store.leftovers()
    #expect(found.count == 1 && found.bytes == 0)
  }

  @Test(
    "several that make directories and several that clear away leave each other's alone and nothing behind")
  func races() async throws {
    let store = try directory.store()
    let work = store.layout.work
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask {
          for _ in 0..<100 {
            let mine = try ScratchDirectory(in: work, name: "own")
            let file = mine.url.appendingPathComponent("file")
            try Data("mine".utf8).write(to: file)
            #expect(FileManager.default.fileExists(atPath: file.path))
          }
        }
        group.addTask { for _ in 0..<200 { try ObjectStore(store.layout).removeAbandoned() } }
      }
      try await group.waitForAll()
    }
    #expect(try names(in: work).isEmpty)
  }
}
