import Artifacts
import Diagnostics
import Foundation
import Testing

@Suite struct DamageTests {
  let directory: TemporaryDirectory
  let store: ObjectStore

  init() throws {
    directory = try TemporaryDirectory()
    store = try directory.store()
  }

  /// Flips one byte of an object and keeps its mode.
  private func flip(_ digest: Digest) throws {
    let url = store.url(of: digest)
    var data = try Data(contentsOf: url)
    data[data.startIndex] ^= 1
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: url.path)
    let handle = try FileHandle(forWritingTo: url)
    try handle.write(contentsOf: data)
    try handle.close()
    try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: url.path)
  }

  @Test("verify names a damaged object and the directories that hold it")
  func verifyNames() throws {
    try directory.write("weights", to: "model/sub/weights")
    try directory.write("other", to: "other/file")
    let model = try store.put(directory.path("model"))
    let other = try store.put(directory.path("other"))
    let digest = Digest(hashing: "weights")
    try flip(digest)
    let report = try store.verify()
    #expect(report.damage.map(\.digest) == [digest])
    let dependents = report.dependents(of: digest)
    #expect(dependents.contains(model.digest) && dependents.count == 3 && !dependents.contains(other.digest))
  }

  @Test("verify names what is missing, listed or expected")
  func verifyMissing() throws {
    try directory.write("weights", to: "model/weights")
    let model = try store.put(directory.path("model"))
    try FileManager.default.removeItem(at: store.url(of: Digest(hashing: "weights")))
    let expected = Digest(hashing: "never stored")
    let report = try store.verify(expecting: [expected, model.digest])
    #expect(Set(report.damage.map(\.digest)) == [expected, Digest(hashing: "weights")])
    #expect(report.damage.allSatisfy { $0.problem == .missing })
    #expect(!store.isComplete(model))
  }

  @Test("damage is never used silently")
  func neverUsed() throws {
    try directory.write("weights", to: "model/weights")
    let model = try store.put(directory.path("model"))
    let digest = Digest(hashing: "weights")
    try flip(digest)
    expectDiagnostic(.objectDamaged, naming: digest.text) { _ = try store.read(digest) }
    expectDiagnostic(.objectDamaged, naming: digest.text) {
      try store.materialize(model, at: directory.path("input"))
    }
    expectDiagnostic(.objectDamaged, naming: digest.text) {
      try store.export(model, to: directory.path("out/model"))
    }
    #expect(try contents(of: directory.path("out")).isEmpty, "nothing half-written")
    try flip(model.digest)
    #expect(throws: Diagnostic.self) { try store.listing(model.digest) }
  }

  @Test("putting the same content again mends a damaged object")
  func mends() throws {
    let file = try directory.write("weights", to: "weights")
    let reference = try store.put(file)
    try flip(reference.digest)
    #expect(try store.put(file) == reference)
    #expect(try store.verify().damage.isEmpty)
  }

  @Test("an output directory that is made again mends its damaged files and the listing")
  func mendsDirectory() throws {
    for name in ["first", "second"] { try directory.write("weights", to: "\(name)/weights") }
    for name in ["first", "second"] { try directory.write("{}", to: "\(name)/sub/config") }
    let model = try store.put(directory.path("first"), consuming: true)
    for digest in [Digest(hashing: "weights"), Digest(hashing: "{}"), model.digest] { try flip(digest) }
    #expect(try store.put(directory.path("second"), consuming: true) == model)
    #expect(try store.verify().damage.isEmpty)
    #expect(try contents(of: directory.path("second"))["weights"] == "weights", "the output stays as it was")
  }
}
