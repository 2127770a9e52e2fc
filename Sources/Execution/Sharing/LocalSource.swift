import Artifacts
import Diagnostics
import Lineage

/// A store on this machine that is taken from: nothing in it is written, nor brought to a newer schema.
public final class LocalSource: LocalStore {
  public let name: String
  let layout: StoreLayout
  let lineage: any LineageReading
  let objects: ObjectStore
  /// Keeps what is sent from being collected; nil where the store may only be read.
  private let lock: FileLock?

  /// - Parameters:
  ///   - name: how the user calls it.
  ///   - isOwn: it is the user's own, who may have laid it out with links.
  /// - Throws: `Diagnostic` if there is no store, or an older version of this program wrote it.
  public init(_ layout: StoreLayout, name: String, isOwn: Bool) throws {
    if !isOwn {
      try layout.refuseLinks()
      try layout.refuseForeignDirectory()
    }
    guard let reader = try LineageReader.open(layout, migrating: false) else {
      throw Diagnostic(
        .peerUnavailable, "there is no store at '\(name)', or nothing was run in it",
        hint: isOwn ? nil : "'plumb store push \(name.shellQuoted)' makes one")
    }
    do { lock = try FileLock.wait(layout.collectionLock, .shared) } catch let error as Diagnostic {
      guard error.code == .accessDenied else { throw error }
      lock = nil
    }
    (self.name, self.layout, lineage, objects) = (name, layout, reader, ObjectStore(layout))
  }
}
