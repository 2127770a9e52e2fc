import Artifacts
import Diagnostics
import Testing

@Suite struct TransferTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  @Test("what arrives is taken in under its own name only")
  func receive() throws {
    let store = try directory.store()
    let digest = Digest(hashing: "weights")
    for wrong in ["weight", "weightz", ""] {
      expectDiagnostic(.objectDamaged, naming: digest.text) {
        try store.receive(digest) { sink in try Array(wrong.utf8).withUnsafeBytes { try sink($0) } }
      }
    }
    #expect(!store.has(digest))
    try store.receive(digest) { sink in
      for part in ["wei", "ghts"] { try Array(part.utf8).withUnsafeBytes { try sink($0) } }
    }
    #expect(try store.read(digest) == Array("weights".utf8))
    #expect(
      try contents(of: store.layout.temporary).allSatisfy { $0.value == "directory" }, "nothing half-written")
  }

  @Test("a listing that leads out of its directory is refused though its digest is right")
  func hostileListing() throws {
    let store = try directory.store()
    let text = "plumbline-tree 1\nblob 1 \(Digest(hashing: "x")) ../x\n"
    let digest = Digest(hashing: text)
    expectDiagnostic(.objectDamaged, naming: digest.text) {
      try store.receive(digest) { sink in try Array(text.utf8).withUnsafeBytes { try sink($0) } }
    }
    #expect(!store.has(digest))
  }
}
