import Artifacts
import Diagnostics
import Foundation
import Testing

/// Ends a process at every step of a commit and looks at what is left.
@Suite(.serialized) struct CrashTests {
  @Test("a kill at any step of a commit leaves whole objects only", arguments: CommitStep.allCases)
  func killedWhileStoring(step: CommitStep) async throws {
    let directory = try TemporaryDirectory()
    let store = try directory.store()
    try directory.write("first", to: "tree/a")
    try directory.write("second", to: "tree/b")
    let root = directory.url.path
    await #expect(processExitsWith: .signal(SIGKILL)) { [root = root as String, step = step as CommitStep] in
      let root = URL(fileURLWithPath: root, isDirectory: true)
      let layout = StoreLayout(root: root.appendingPathComponent("store"))
      // The second time, so that the store already holds something of the tree.
      let count = Counter()
      let store = ObjectStore(layout) { reached in
        if reached == step, count.increment() == 2 { kill(getpid(), SIGKILL) }
      }
      _ = try store.put(root.appendingPathComponent("tree"))
    }
    let report = try store.verify()
    #expect(report.damage.isEmpty)
    #expect(report.objects >= 1)
    try store.removeAbandoned()
    #expect(try FileManager.default.contentsOfDirectory(atPath: store.layout.temporary.path).isEmpty)
    let reference = try store.put(directory.path("tree"))
    #expect(store.isComplete(reference))
    #expect(try store.verify().objects == 3)
  }

  @Test("a full disk is named, and leaves the store whole")
  func fullDisk() async throws {
    let directory = try TemporaryDirectory()
    let store = try directory.store()
    try directory.write(String(repeating: "x", count: 100_000), to: "large")
    let root = directory.url.path
    await #expect(processExitsWith: .exitCode(7)) { [root = root as String] in
      let root = URL(fileURLWithPath: root, isDirectory: true)
      let store = ObjectStore(StoreLayout(root: root.appendingPathComponent("store")))
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 50_000, rlim_max: 50_000)
      setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      do {
        _ = try store.put(root.appendingPathComponent("large"))
      } catch let error as Diagnostic where error.code == .noSpace {
        exit(7)
      }
    }
    try store.removeAbandoned()
    #expect(try store.verify().objects == 0)
    #expect(try store.put(directory.path("large")).size == 100_000)
  }

  @Test("a lock is free once its holder is dead")
  func lockOfTheDead() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.path("lock").path
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let lock = try FileLock.attempt(URL(fileURLWithPath: path))
      kill(getpid(), SIGKILL)
      withExtendedLifetime(lock) {}
    }
    #expect(FileManager.default.fileExists(atPath: path))
    #expect(try FileLock.attempt(URL(fileURLWithPath: path)) != nil)
  }
}

private final class Counter: @unchecked Sendable {
  // Guarded by the store's single-threaded commit.
  private var value = 0

  func increment() -> Int {
    value += 1
    return value
  }
}
