import Artifacts
import JSONText
import Lineage

/// A store that gives to another one: one on this machine, or one that a program elsewhere speaks for.
public protocol StoreSource: AnyObject {
  /// How the user calls it.
  var name: String { get }
  /// The command that looks for what is damaged in it, and mends it.
  var remedy: String { get }

  /// Runs to give away, in groups that refer to earlier groups only.
  func sharedRuns(_ targets: [String]) throws -> [[RunID]]
  /// What runs used and made, as far as it is there.
  func contents(of runs: [RunID]) throws -> [ObjectReference]
  func size(of digest: Digest) throws -> Int64
  func send(_ digest: Digest, to sink: (UnsafeRawBufferPointer) throws -> Void) throws
  func bundle(of run: RunID) throws -> JSON
  /// - Parameter names: nil for all tags.
  func sharedTags(_ names: [String]?) throws -> [JSON]
}

extension StoreSource {
  /// An object's bytes in memory, for listings.
  func bytes(of digest: Digest) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try send(digest) { bytes.append(contentsOf: $0) }
    return bytes
  }
}
