import Artifacts
import JSONText
import Lineage

/// A store that takes from another one, too.
public protocol StorePeer: StoreSource {
  /// Runs that have ended and are recorded.
  func endedRuns() throws -> Set<RunID>
  /// Those of some objects, each with the size of its own bytes, that are not there, or with another size.
  ///
  /// - Parameter verifying: those whose bytes are not what their name says, too; all are read for that.
  func missing(_ objects: [ObjectReference], verifying: Bool) throws -> [Digest]
  /// - Parameter size: bytes that `body` hands over; asked for only where it is needed.
  func receive(
    _ digest: Digest, size: () throws -> Int64,
    from body: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void
  ) throws
  func importRuns(_ bundles: [JSON]) throws -> ImportSummary
  func importTags(_ moves: [JSON]) throws -> TagImport
  /// Notes that contents whose lineage was known before are there again.
  func confirm(_ contents: [ObjectReference]) throws
}
