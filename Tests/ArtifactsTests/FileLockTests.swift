import Artifacts
import Foundation
import Testing

@Suite struct FileLockTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  @Test("an exclusive lock excludes others until it is released")
  func excludes() throws {
    let url = directory.path("locks/keys/a")
    var lock = try FileLock.attempt(url)
    #expect(lock != nil)
    #expect(try FileLock.attempt(url) == nil)
    #expect(try FileLock.attempt(url, .shared) == nil)
    lock = nil
    #expect(try FileLock.attempt(url) != nil)
  }

  @Test("a look at a lock sees its holder and makes nothing")
  func probes() throws {
    let url = directory.path("lock")
    #expect(!FileLock.isHeld(url) && !FileManager.default.fileExists(atPath: url.path))
    let lock = try FileLock.attempt(url)
    #expect(FileLock.isHeld(url))
    withExtendedLifetime(lock) {}
  }

  @Test("shared locks stand side by side and exclude an exclusive one")
  func shares() throws {
    let url = directory.path("lock")
    let one = try FileLock.attempt(url, .shared)
    let two = try FileLock.attempt(url, .shared)
    #expect(one != nil && two != nil)
    #expect(try FileLock.attempt(url) == nil)
    withExtendedLifetime((one, two)) {}
  }

  @Test("a waiter gets the lock when the holder lets go, and is told that it waits")
  func waits() async throws {
    let url = directory.path("lock")
    let (waiting, started) = AsyncStream<Void>.makeStream()
    let waiter = Task.detached {
      let lock = try FileLock.wait(url, onWait: { started.finish() })
      return lock.path
    }
    do {
      let holder = try FileLock.wait(url)
      for await _ in waiting {}
      withExtendedLifetime(holder) {}
    }
    #expect(try await waiter.value == url.path)
  }

  @Test("a lock whose file goes on release still excludes")
  func removesFile() throws {
    let url = directory.path("lock")
    do {
      let lock = try FileLock.attempt(url, removesFile: true)
      #expect(try FileLock.attempt(url, removesFile: true) == nil)
      withExtendedLifetime(lock) {}
    }
    #expect(!FileManager.default.fileExists(atPath: url.path))
  }

  @Test("scratch directories of the living stay, those of the dead go")
  func scratch() throws {
    let parent = directory.path("work")
    let living = try ScratchDirectory(in: parent, name: "sft")
    try directory.write("left by a kill", to: "work/dead-1/output/file")
    try ScratchDirectory.removeAbandoned(in: parent)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: parent.path) == [living.url.lastPathComponent])
  }
}
