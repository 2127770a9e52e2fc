import Artifacts
import Diagnostics
import Foundation
import Testing

@Suite struct PermissionTests {
  private func mode(_ path: String) throws -> Int {
    var status = stat()
    try #require(stat(path, &status) == 0, "\(path)")
    return Int(status.st_mode & 0o7777)
  }

  @Test("a store is its user's alone")
  func privateModes() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.store()
    let object = try store.put(try directory.write("weights", to: "weights"))
    let lock = try FileLock.attempt(store.layout.lock(of: object.digest))
    let work = try store.makeWorkDirectory(name: "sft")
    #expect(try mode(store.layout.root.path) == 0o700)
    #expect(try mode(store.layout.objects.path) == 0o700)
    #expect(try mode(work.url.path) == 0o700)
    #expect(try mode(store.url(of: object.digest).path) == 0o400)
    #expect(try mode(store.layout.lock(of: object.digest).path) == 0o600)
    withExtendedLifetime(lock) {}
  }

  @Test("a shared store lets its group in, and what is made in it later, too")
  func sharedModes() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.store()
    let first = try store.put(try directory.write("weights", to: "weights"))
    try store.layout.apply(.group)
    let second = try store.put(try directory.write("more", to: "more"))
    let lock = try FileLock.attempt(store.layout.lock(of: second.digest))
    try store.layout.create(directory: store.layout.checkpoints(of: second.digest))
    #expect(store.layout.permissions.isShared)
    for digest in [first.digest, second.digest] {
      #expect(try mode(store.url(of: digest).path) == 0o440)
      #expect(try mode(store.url(of: digest).deletingLastPathComponent().path) == 0o2770)
    }
    #expect(try mode(store.layout.checkpoints(of: second.digest).path) == 0o2770)
    #expect(try mode(store.layout.lock(of: second.digest).path) == 0o660)
    let work = try store.makeWorkDirectory(name: "sft")
    #expect(try mode(work.url.path) & 0o777 == 0o700)
    try store.layout.apply(.onlyUser)
    #expect(try mode(store.url(of: first.digest).path) == 0o400)
    #expect(try mode(store.layout.root.path) & 0o777 == 0o700)
    withExtendedLifetime(lock) {}
  }

  @Test(
    "an object that is linked elsewhere in the store stays read-only when its modes are set",
    arguments: [true, false])
  func linkedModes(shared: Bool) throws {
    let directory = try TemporaryDirectory()
    let store = try directory.store()
    let kept = try store.put(try directory.write("weights", to: "weights"))
    let thrown = try store.put(try directory.write("old", to: "old"))
    for object in [kept, thrown] {
      try store.materialize(object, at: directory.path("store/work/stage/inputs/\(object.digest.short)"))
    }
    try store.moveToTrash([thrown.digest])
    try store.layout.apply(shared ? .group : .onlyUser)
    #expect(try store.restore(thrown))
    for object in [kept, thrown] {
      #expect(try mode(store.url(of: object.digest).path) == (shared ? 0o440 : 0o400))
    }
  }

  @Test(
    "a link, a pipe or a directory in the place of an object is damage, and nothing is read or written through it"
  )
  func linksAreRefused() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.store()
    try directory.write("weights", to: "outside/weights")
    let object = try store.put(directory.path("outside/weights"))
    let file = store.url(of: object.digest)
    for replace in [
      { symlink(directory.path("outside/weights").path, file.path) }, { mkfifo(file.path, 0o600) },
      { mkdir(file.path, 0o700) },
    ] {
      try FileManager.default.removeItem(at: file)
      #expect(replace() == 0)
      #expect(throws: Diagnostic.self) { try store.read(object.digest) }
      #expect(throws: Diagnostic.self) { try store.materialize(object, at: directory.path("in/weights")) }
      #expect(throws: Diagnostic.self) { try store.export(object, to: directory.path("out/weights")) }
      #expect(try store.verify().damage.map(\.digest) == [object.digest])
      try store.quarantine(object.digest)
      #expect(try store.put(directory.path("outside/weights")) == object)
      #expect(try store.verify().damage.isEmpty, "the right bytes take its place")
    }
    #expect(!FileManager.default.fileExists(atPath: directory.path("in/weights").path))
  }

  @Test("a directory of objects that is a link is not written through")
  func prefixLink() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.store()
    let digest = Digest(hashing: "weights")
    try FileManager.default.createDirectory(at: directory.path("victim"), withIntermediateDirectories: true)
    let prefix = store.url(of: digest).deletingLastPathComponent()
    #expect(symlink(directory.path("victim").path, prefix.path) == 0)
    expectDiagnostic(.storeUnavailable, naming: prefix.path) {
      _ = try store.put(try directory.write("weights", to: "weights"))
    }
    #expect(try contents(of: directory.path("victim")).isEmpty)
  }

  private static let digest = Digest(hashing: "x").text

  @Test(
    "a listing with a name that leads elsewhere is no listing",
    arguments: [
      "blob 1 \(digest) ../x", "blob 1 \(digest) /etc/passwd", "blob 1 \(digest) a/b", "blob 1 \(digest) ..",
      "blob 1 \(digest) .", "blob 1 \(digest) ", "blob 1 \(digest) a\u{0}b", "blob 1 \(digest) a\u{7}b",
      "blob 1 \(digest) \(String(repeating: "n", count: 256))", "blob -1 \(digest) a", "link 1 \(digest) a",
      "blob 1 ../../../etc/passwd a", "blob 1 \(digest.uppercased()) a", "blob 01 \(digest) a",
      "blob 9223372036854775807 \(digest) a\nblob 1 \(digest) b", "blob 1 \(digest) b\nblob 1 \(digest) a",
      "blob 1 \(digest) a\nblob 1 \(digest) a",
    ])
  func hostileListings(line: String) throws {
    let directory = try TemporaryDirectory()
    let store = try directory.store()
    let text = "plumbline-tree 1\n\(line)\n"
    let digest = Digest(hashing: text)
    try directory.write(text, to: "store/objects/\(digest.text.prefix(2))/\(digest.text)")
    let tree = ObjectReference(digest: digest, kind: .tree, size: 1)
    #expect(throws: Diagnostic.self) { try store.listing(digest) }
    #expect(throws: Diagnostic.self) { try store.materialize(tree, at: directory.path("in/tree")) }
    #expect(throws: Diagnostic.self) { try store.export(tree, to: directory.path("out/tree")) }
    #expect(!store.isComplete(tree))
  }
}
