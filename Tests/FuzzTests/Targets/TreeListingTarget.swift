import Artifacts
import Diagnostics
import Foundation
import TestSupport

/// The listing of a directory in a store, under the digest of its bytes.
struct TreeListingTarget: FuzzTarget {
  static let name = "tree-listing"

  private let store: ObjectStore
  private let original: [UInt8]
  private let mutation: ByteMutation

  init(folder: URL) throws {
    let layout = StoreLayout(root: folder.appendingPathComponent("store"))
    try layout.create()
    store = ObjectStore(layout)
    let tree = folder.appendingPathComponent("tree")
    try FileManager.default.createDirectory(
      at: tree.appendingPathComponent("below"), withIntermediateDirectories: true)
    for name in ["a", "config.json", "below/é"] {
      try Data(name.utf8).write(to: tree.appendingPathComponent(name))
    }
    original = try store.read(try store.put(tree).digest)
    mutation = ByteMutation(
      words: [
        "plumbline-tree 1\n", "blob ", "tree ", " ../a\n", " /etc/passwd\n", " .\n", "\n", " ", "blob 1 ",
      ],
      others: [original])
  }

  func makeInput(_ random: inout SeededGenerator) -> FuzzInput {
    FuzzInput(path: "listing", bytes: mutation.apply(to: original, &random))
  }

  func read(_ file: URL) throws {
    let bytes = try Corpus.bytes(file)
    let object = store.url(of: Digest(hashing: bytes))
    try FileManager.default.createDirectory(
      at: object.deletingLastPathComponent(), withIntermediateDirectories: true)
    // The listings that the store holds itself stay.
    let isNew = !store.has(Digest(hashing: bytes))
    if isNew { try FileManager.default.copyItem(at: file, to: object) }
    defer { if isNew { try? FileManager.default.removeItem(at: object) } }
    let listing = try store.listing(Digest(hashing: bytes))
    _ = listing.size
    _ = store.isComplete(ObjectReference(digest: Digest(hashing: bytes), kind: .tree, size: listing.size))
  }
}
