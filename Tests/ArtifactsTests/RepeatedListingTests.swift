import Artifacts
import Foundation
import Testing

/// Directories that list the same directory twice, again and again: few objects, and 2^40 paths through them.
@Suite struct RepeatedListingTests {
  private static let depth = 40

  /// Stores the objects and returns the outermost directory.
  private func nested(in directory: TemporaryDirectory) throws -> ObjectReference {
    var inner = ObjectReference(digest: Digest(hashing: "x"), kind: .blob, size: 1)
    try directory.write("x", to: "store/objects/\(inner.digest.text.prefix(2))/\(inner.digest.text)")
    for _ in 0..<Self.depth {
      let line = "\(inner.kind.rawValue) \(inner.size) \(inner.digest.text)"
      let text = "plumbline-tree 1\n\(line) a\n\(line) b\n"
      inner = ObjectReference(digest: Digest(hashing: text), kind: .tree, size: inner.size * 2)
      try directory.write(text, to: "store/objects/\(inner.digest.text.prefix(2))/\(inner.digest.text)")
    }
    return inner
  }

  @Test("each object is looked at once, where it is stored and where it lies in the trash")
  func visitsOnce() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.store()
    let tree = try nested(in: directory)
    #expect(store.isComplete(tree))
    let all = store.closure(of: tree.digest)
    #expect(all.count == Self.depth + 1)
    try store.moveToTrash(all)
    #expect(!store.isComplete(tree))
    #expect(try store.isRestorable(tree))
    #expect(try store.restore(tree))
    #expect(store.isComplete(tree))
    try store.moveToTrash([Digest(hashing: "x")])
    #expect(!store.isComplete(tree), "one that is missing is found at any depth")
  }
}
