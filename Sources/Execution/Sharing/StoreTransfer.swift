import Artifacts
import Diagnostics
import Lineage

/// Copies runs and what they used and made from one store into another: contents first, each checked against its
/// name where it arrives, then the rows that promise them.
///
/// What is there is not sent again, so that a transfer that was cut off goes on when it is started again, and two at
/// once do each other's work.
public struct StoreTransfer {
  /// How far the contents are.
  public struct Progress: Sendable, Hashable {
    public var objects = 0
    public var totalObjects: Int
    public var bytes: Int64 = 0
    public var totalBytes: Int64
  }

  public struct Summary: Sendable {
    /// Objects that arrived, and their bytes.
    public var objects = 0
    public var bytes: Int64 = 0
    /// Objects that were there.
    public var present = 0
    /// Directories that were not sent, because something in them could not be.
    public var withheld = 0
    public var imported = ImportSummary()
    public var tags = TagImport()
    /// What could not be sent or was refused, by object.
    public var failures: [Diagnostic] = []
  }

  /// Directories nested deeper are refused.
  private static let maximumDepth = 64
  /// Objects in one question.
  private static let batch = 10_000

  private let source: any StoreSource
  private let destination: any StorePeer
  /// Whose listings are read at no cost.
  private let near: LocalPeer

  /// Gives from the user's store to another one.
  public init(pushing near: LocalPeer, to destination: any StorePeer) {
    (source, self.destination, self.near) = (near, destination, near)
  }

  /// Takes from another store into the user's.
  public init(pulling source: any StoreSource, into near: LocalPeer) {
    (self.source, destination, self.near) = (source, near, near)
  }

  /// - Parameters:
  ///   - targets: runs, pipelines, artifacts or tags of the source; empty for everything.
  ///   - tags: names of tags to move on the other side, too; nil for all.
  ///   - verifying: reads what is there already, too, and sends again what is damaged; without, only what has another
  ///     size is.
  ///   - onProgress: called after each piece.
  /// - Throws: `Diagnostic` if a target means nothing, the connection ends, or rows are refused. Objects that are
  ///   refused are in the summary.
  public func run(
    targets: [String], tags: [String]?, verifying: Bool, onProgress: (Progress) -> Void
  ) throws -> Summary {
    var summary = Summary()
    let groups = try source.sharedRuns(targets)
    let known = try destination.endedRuns()
    let contents = try source.contents(of: groups.flatMap { $0 })
    try copy(contents, verifying: verifying, &summary, onProgress)
    for group in groups where !group.allSatisfy(known.contains) {
      let bundles = try group.filter { !known.contains($0) }.map { try source.bundle(of: $0) }
      summary.imported += try destination.importRuns(bundles)
    }
    // Of runs that were known, contents may have been let go of.
    try destination.confirm(contents)
    if tags != [] { summary.tags = try destination.importTags(source.sharedTags(tags)) }
    return summary
  }

  private func copy(
    _ contents: [ObjectReference], verifying: Bool, _ summary: inout Summary, _ onProgress: (Progress) -> Void
  ) throws {
    var inventory = Inventory()
    for content in contents {
      do { try take(content, into: &inventory, depth: 0) } catch let error as Diagnostic
        where !error.endsConversation
      { summary.failures.append(error.mended(by: source.remedy)) }
    }
    let missing = try missing(inventory.order, verifying: verifying)
    let pending = inventory.order.filter { missing.contains($0.digest) }
    summary.present = inventory.order.count - pending.count
    var progress = Progress(totalObjects: pending.count, totalBytes: pending.reduce(0) { $0 &+ $1.size })
    onProgress(progress)
    for object in pending {
      // A listing promises what it lists.
      guard inventory.lost.isDisjoint(with: inventory.listed[object.digest] ?? []) else {
        inventory.lost.insert(object.digest)
        summary.withheld += 1
        continue
      }
      var sent: Int64 = 0
      do {
        try destination.receive(
          object.digest, size: { try source.size(of: object.digest) },
          from: { sink in
            try source.send(object.digest) { bytes in
              try sink(bytes)
              sent += Int64(bytes.count)
              progress.bytes += Int64(bytes.count)
              onProgress(progress)
            }
          })
        summary.objects += 1
        summary.bytes += sent
      } catch let error as Diagnostic where !error.endsConversation {
        summary.failures.append(error.mended(by: source.remedy))
        inventory.lost.insert(object.digest)
      }
      progress.objects += 1
      onProgress(progress)
    }
  }

  /// Everything that contents consist of.
  private struct Inventory {
    /// Each object once with its own bytes, what is listed before what lists it.
    var order: [ObjectReference] = []
    /// What each directory lists.
    var listed: [Digest: [Digest]] = [:]
    var visited: Set<Digest> = []
    /// Objects that cannot arrive.
    var lost: Set<Digest> = []
  }

  private func take(_ content: ObjectReference, into inventory: inout Inventory, depth: Int) throws {
    guard inventory.visited.insert(content.digest).inserted else { return }
    guard content.kind == .tree else { return inventory.order.append(content) }
    do {
      guard depth < Self.maximumDepth else {
        throw Diagnostic(.unsupportedEntry, "the directory \(content.digest) is nested too deep")
      }
      let bytes = try (try? near.bytes(of: content.digest)) ?? source.bytes(of: content.digest)
      let listing = try ObjectStore.listing(of: content.digest, bytes: bytes)
      inventory.listed[content.digest] = listing.entries.map(\.object.digest)
      for entry in listing.entries { try take(entry.object, into: &inventory, depth: depth + 1) }
      inventory.order.append(
        ObjectReference(digest: content.digest, kind: .tree, size: Int64(bytes.count)))
    } catch {
      inventory.lost.insert(content.digest)
      throw error
    }
  }

  private func missing(_ objects: [ObjectReference], verifying: Bool) throws -> Set<Digest> {
    var missing: Set<Digest> = []
    for start in stride(from: 0, to: objects.count, by: Self.batch) {
      let part = Array(objects[start..<min(objects.count, start + Self.batch)])
      missing.formUnion(try destination.missing(part, verifying: verifying))
    }
    return missing
  }
}

extension Diagnostic {
  /// Whether nothing more can be said to the other store.
  var endsConversation: Bool {
    [.peerUnavailable, .peerMisbehaved, .noSpace, .accessDenied].contains(code)
  }

  /// The same about an object of a store that another command is for than this machine's.
  fileprivate func mended(by remedy: String) -> Diagnostic {
    guard [.objectDamaged, .objectMissing].contains(code) else { return self }
    var copy = self
    copy.hint = remedy
    return copy
  }
}
