import Artifacts
import Diagnostics
import JSONText
import Lineage

/// A store on this machine, open for recording or for looking only.
protocol LocalStore: StoreSource {
  var layout: StoreLayout { get }
  var lineage: any LineageReading { get }
  var objects: ObjectStore { get }
}

extension LocalStore {
  public var remedy: String { "plumb store verify --repair --store \(layout.root.path.shellQuoted)" }

  public func sharedRuns(_ targets: [String]) throws -> [[RunID]] {
    try lineage.read { try $0.sharedRuns(targets) }
  }

  public func contents(of runs: [RunID]) throws -> [ObjectReference] {
    try lineage.read { try $0.contents(of: runs) }
  }

  public func size(of digest: Digest) throws -> Int64 { try objects.storedSize(of: digest) }

  public func send(_ digest: Digest, to sink: (UnsafeRawBufferPointer) throws -> Void) throws {
    try objects.send(digest, to: sink)
  }

  public func bundle(of run: RunID) throws -> JSON { try lineage.read { try $0.bundle(of: run) } }

  public func sharedTags(_ names: [String]?) throws -> [JSON] {
    try lineage.read { try $0.sharedTags(names) }
  }
}

extension StoreLayout {
  /// - Throws: `Diagnostic` if a directory of somebody else's store is a link.
  func refuseLinks() throws {
    for link in try linkedDirectories() {
      throw Diagnostic(
        .peerUnavailable, "'\(link)' is a symbolic link, which could lead anywhere",
        hint: "name the directory that the store really is in")
    }
  }
}
