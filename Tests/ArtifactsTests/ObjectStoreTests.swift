import Artifacts
import Diagnostics
import Foundation
import TestSupport
import Testing

@Suite struct ObjectStoreTests {
  let directory: TemporaryDirectory
  let store: ObjectStore

  init() throws {
    directory = try TemporaryDirectory()
    store = try directory.store()
  }

  @Test("a file is stored read-only under its SHA-256")
  func storesFile() throws {
    let reference = try store.put(directory.write("hello", to: "a.txt"))
    #expect(reference == ObjectReference(digest: Digest(hashing: "hello"), kind: .blob, size: 5))
    let text = reference.digest.text
    let object = store.layout.root.appendingPathComponent("objects/\(text.prefix(2))/\(text)")
    #expect(try Data(contentsOf: object) == Data("hello".utf8))
    let mode = try FileManager.default.attributesOfItem(atPath: object.path)[.posixPermissions] as? NSNumber
    #expect(mode?.intValue == 0o400)
    #expect(try store.read(reference.digest) == Array("hello".utf8))
    #expect(store.has(reference.digest) && !store.has(Digest(hashing: "other")))
  }

  @Test("equal content is stored once, and the first stays")
  func keepsFirst() throws {
    let first = try store.put(directory.write("same", to: "a"))
    let before = try inode(store.url(of: first.digest))
    let second = try store.put(directory.write("same", to: "b"), consuming: true)
    #expect(first == second)
    #expect(try inode(store.url(of: first.digest)) == before)
  }

  @Test("a consumed output becomes the object without a copy")
  func consumes() throws {
    let file = try directory.write("output", to: "store/work/output")
    let before = try inode(file)
    let reference = try store.put(file, consuming: true)
    #expect(try inode(store.url(of: reference.digest)) == before)
  }

  @Test("a directory's name depends on names and bytes, not on order, times and modes")
  func canonicalDirectories() throws {
    for name in ["x", "sub/y", "B", "a"] { try directory.write(name, to: "one/\(name)") }
    for name in ["a", "B", "sub/y", "x"] { try directory.write(name, to: "two/\(name)") }
    let old: [FileAttributeKey: Any] = [
      .modificationDate: Date(timeIntervalSince1970: 1), .posixPermissions: 0o755,
    ]
    try FileManager.default.setAttributes(old, ofItemAtPath: directory.path("two/a").path)
    let one = try store.put(directory.path("one"))
    let two = try store.put(directory.path("two"))
    #expect(one == two && one.kind == .tree && one.size == 8)
    #expect(try ContentDigester().reference(to: directory.path("one")) == one)
    try directory.write("changed", to: "two/sub/y")
    #expect(try store.put(directory.path("two")).digest != one.digest)
  }

  @Test("what is materialised or exported equals what was put", arguments: 0..<12 as Range<UInt64>)
  func randomTrees(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let root = directory.path("tree")
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    try fill(root, depth: 0, &random)
    let reference = try store.put(root)
    try store.materialize(reference, at: directory.path("inputs/tree"))
    try store.export(reference, to: directory.path("out/tree"))
    let expected = try contents(of: root)
    #expect(try contents(of: directory.path("inputs/tree")) == expected, "seed \(seed)")
    #expect(try contents(of: directory.path("out/tree")) == expected, "seed \(seed)")
    #expect(try store.reference(to: reference.digest) == reference)
    #expect(store.isComplete(reference))
    #expect(try store.verify().damage.isEmpty)
    let temporaries = try FileManager.default.subpathsOfDirectory(atPath: store.layout.temporary.path)
    #expect(temporaries.count <= 1, "only the writer's own directory is left")
  }

  private func fill(_ url: URL, depth: Int, _ random: inout SeededGenerator) throws {
    for index in 0..<Int.random(in: 0...5, using: &random) {
      let name = ["ä", "with space", ".hidden", "UP", "z"].randomElement(using: &random) ?? ""
      let child = url.appendingPathComponent("\(name)\(index)")
      if depth < 3, Bool.random(using: &random) {
        try FileManager.default.createDirectory(at: child, withIntermediateDirectories: true)
        try fill(child, depth: depth + 1, &random)
      } else {
        let size = Int.random(in: 0...2000, using: &random)
        try Data((0..<size).map { _ in UInt8.random(in: 97...122, using: &random) }).write(to: child)
      }
    }
  }

  @Test("materialised files are the objects themselves, and cannot be written by accident")
  func materialisesLinks() throws {
    let reference = try store.put(directory.write("x", to: "a"))
    let target = directory.path("in/a")
    try store.materialize(reference, at: target)
    #expect(try inode(target) == inode(store.url(of: reference.digest)))
  }

  @Test("what the store cannot keep is refused by name")
  func refusals() throws {
    try directory.write("x", to: "links/a")
    try FileManager.default.createSymbolicLink(
      at: directory.path("links/b"), withDestinationURL: directory.path("links/a"))
    expectDiagnostic(.unsupportedEntry, naming: "links/b") {
      _ = try store.put(directory.path("links"))
    }
    try directory.write("x", to: "pipes/a")
    mkfifo(directory.path("pipes/fifo").path, 0o600)
    expectDiagnostic(.unsupportedEntry, naming: "fifo") { _ = try store.put(directory.path("pipes")) }
    try directory.write("x", to: "names/line\nbreak")
    expectDiagnostic(.unsupportedEntry, naming: "control character") {
      _ = try store.put(directory.path("names"))
    }
    expectDiagnostic(.unsupportedEntry, naming: "listing") {
      _ = try store.put(directory.write("plumbline-tree 1\nblob", to: "listing"))
    }
    expectDiagnostic(.fileFailure, naming: "nothing") { _ = try store.put(directory.path("nothing")) }
  }

  @Test("followed links count as what they lead to, and a cycle of links ends")
  func followsLinks() throws {
    try directory.write("weights", to: "cache/blob")
    try directory.write("weights", to: "plain/model")
    try FileManager.default.createDirectory(at: directory.path("snapshot"), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      at: directory.path("snapshot/model"), withDestinationURL: directory.path("cache/blob"))
    #expect(
      try store.put(directory.path("snapshot"), links: .follow) == store.put(directory.path("plain")))
    try FileManager.default.createSymbolicLink(
      at: directory.path("snapshot/self"), withDestinationURL: directory.path("snapshot"))
    #expect(throws: Diagnostic.self) { try store.put(directory.path("snapshot"), links: .follow) }
  }

  @Test("an input that changes while it is read is an error and leaves no object")
  func inputChanged() throws {
    let file = try directory.write("before", to: "input")
    let watched = ObjectStore(store.layout) { step in
      if step == .written { try? Data("after, and longer".utf8).write(to: file) }
    }
    expectDiagnostic(.inputChanged, naming: "input changed") { _ = try watched.put(file) }
    #expect(try store.verify().objects == 0)
  }

  @Test("export refuses what exists, and an empty directory is no obstacle for a directory")
  func exportRefuses() throws {
    let file = try store.put(directory.write("x", to: "a"))
    let tree = try store.put(directory.write("x", to: "d/a").deletingLastPathComponent())
    try directory.write("mine", to: "taken/mine")
    expectDiagnostic(.destinationExists, naming: "taken") {
      try store.export(tree, to: directory.path("taken"))
    }
    expectDiagnostic(.destinationExists, naming: "mine") {
      try store.export(file, to: directory.path("taken/mine"))
    }
    #expect(try contents(of: directory.path("taken")) == ["mine": "mine"])
    try FileManager.default.createDirectory(at: directory.path("empty"), withIntermediateDirectories: true)
    try store.export(tree, to: directory.path("empty"))
    #expect(try contents(of: directory.path("empty")) == ["a": "x"])
  }
}
