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
    let (events, told) = AsyncStream<String>.makeStream()
    var holder: FileLock? = try FileLock.wait(url)
    // A thread of its own: one of the test's pool would keep the holder from going on.
    Thread.detachNewThread {
      let lock = try? FileLock.wait(url, onWait: { told.yield("waits") })
      told.yield(lock?.path ?? "no lock")
    }
    var heard = events.makeAsyncIterator()
    #expect(await heard.next() == "waits")
    withExtendedLifetime(holder) {}
    holder = nil
    #expect(await heard.next() == url.path)
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

  @Test("a wait that is called off ends without the lock")
  func calledOff() throws {
    let url = directory.path("lock")
    let holder = try FileLock.attempt(url)
    var looks = 0
    let lock = try FileLock.wait(url) {
      looks += 1
      return looks == 3
    }
    #expect(lock == nil && looks == 3)
    withExtendedLifetime(holder) {}
  }
}
