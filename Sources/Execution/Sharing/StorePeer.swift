import Artifacts
import JSONText
import Lineage

/// A store that gives to another one, or takes from it: one on this machine, or one that a program elsewhere speaks for.
public protocol StorePeer: AnyObject {
  /// How the user calls it.
  var name: String { get }

  /// Runs that have ended and are recorded.
  func endedRuns() throws -> Set<RunID>
  /// Runs to give away, in groups that refer to earlier groups only.
  func sharedRuns(_ targets: [String]) throws -> [[RunID]]
  /// What runs used and made, as far as it is there.
  func contents(of runs: [RunID]) throws -> [ObjectReference]
  /// Those of some objects that are not there.
  func missing(_ digests: [Digest]) throws -> [Digest]
  func size(of digest: Digest) throws -> Int64
  func send(_ digest: Digest, to sink: (UnsafeRawBufferPointer) throws -> Void) throws
  /// - Parameter size: bytes that `body` hands over; asked for only where it is needed.
  func receive(
    _ digest: Digest, size: () throws -> Int64,
    from body: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void
  ) throws
  func bundle(of run: RunID) throws -> JSON
  func importRuns(_ bundles: [JSON]) throws -> ImportSummary
  /// - Parameter names: nil for all tags.
  func sharedTags(_ names: [String]?) throws -> [JSON]
  func importTags(_ moves: [JSON]) throws -> TagImport
  /// Notes that contents whose lineage was known before are there again.
  func confirm(_ contents: [ObjectReference]) throws
}

extension StorePeer {
  /// An object's bytes in memory, for listings.
  func bytes(of digest: Digest) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try send(digest) { bytes.append(contentsOf: $0) }
    return bytes
  }
}
