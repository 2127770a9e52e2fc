import Artifacts
import Diagnostics
import Foundation
import Lineage

/// Takes away what no root keeps. A plan and the deletion that follows it are the same computation.
///
/// Runs go on meanwhile: a run holds the collection lock, shared, whenever it looks up or stores something, and what
/// it then uses is recorded, which makes it a root.
public struct GarbageCollector: Sendable {
  public let layout: StoreLayout
  public let policy: RetentionPolicy

  public init(_ layout: StoreLayout, policy: RetentionPolicy) {
    self.layout = layout
    self.policy = policy
  }

  /// What would be taken; changes nothing.
  ///
  /// - Throws: `Diagnostic` if the store cannot be read.
  public func plan(now: Date = Date()) throws -> CollectionPlan {
    guard let reader = try LineageReader.open(layout) else { return CollectionPlan(roots: []) }
    return try reader.read { try plan($0, now: now) }
  }

  /// Takes the garbage to the trash.
  ///
  /// - Parameter onWait: called if a run is just storing something, which is waited for.
  /// - Returns: the plan that was carried out.
  /// - Throws: `Diagnostic` if the store cannot be read or written; what was not taken yet is garbage still.
  public func collect(now: Date = Date(), onWait: () -> Void = {}) throws -> CollectionPlan {
    let lock = try FileLock.wait(layout.collectionLock, onWait: onWait)
    defer { withExtendedLifetime(lock) {} }
    let database = try LineageDatabase(layout)
    try database.interruptAbandonedRuns()
    let plan = try database.read { try self.plan($0, now: now) }
    let garbage = plan.garbage.map(\.digest)
    // First the promise, then the bytes: a kill between the two leaves harmless bytes.
    try database.markDeleted(garbage)
    try ObjectStore(layout).moveToTrash(garbage)
    for checkpoint in plan.checkpoints {
      guard let held = try FileLock.attempt(layout.lock(of: checkpoint.key), removesFile: true) else {
        continue
      }
      try? FileManager.default.removeItem(at: layout.checkpoints(of: checkpoint.key))
      withExtendedLifetime(held) {}
    }
    for scores in plan.scores { StaleScoreSearch.remove(scores, layout) }
    return plan
  }

  private func plan(_ queries: LineageQueries, now: Date) throws -> CollectionPlan {
    let objects = ObjectStore(layout)
    let sizes = try objects.objectSizes()
    let roots = try Roots(queries, objects: objects, sizes: sizes, policy: policy, now: now)
    let live = roots.live
    var plan = CollectionPlan(roots: roots.found)
    let reasons = releaseReasons(roots, objects)
    for (digest, bytes) in sizes {
      if live.contains(digest) {
        plan.keptObjects += 1
        plan.keptBytes += bytes
      } else {
        plan.garbage.append(
          CollectionPlan.Garbage(
            digest: digest, bytes: bytes,
            reason: reasons[digest] ?? "nothing recorded needs it: an unfinished command left it"))
      }
    }
    plan.garbage.sort { ($1.bytes, $0.digest) < ($0.bytes, $1.digest) }
    plan.checkpoints = try staleCheckpoints(queries, roots)
    plan.scores = StaleScoreSearch(layout, live: live, now: now).found
    return plan
  }

  /// Why each object of released runs is let go of, by the newest run that has it.
  private func releaseReasons(_ roots: Roots, _ objects: ObjectStore) -> [Digest: String] {
    var reasons: [Digest: String] = [:]
    for (run, reason) in roots.released {
      for (digest, label) in run.artifacts.sorted(by: { $0.key < $1.key }) where reasons[digest] == nil {
        let whole = "\(label) of run \(run.id.short): \(reason)"
        for part in objects.closure(of: digest) where reasons[part] == nil {
          reasons[part] = part == digest ? whole : "part of \(whole)"
        }
      }
    }
    return reasons
  }

  private func staleCheckpoints(_ queries: LineageQueries, _ roots: Roots) throws
    -> [CollectionPlan.StaleCheckpoint]
  {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: layout.checkpoints.path)) ?? []
    let kept = Set(roots.found.filter { $0.kind == .run || $0.kind == .live }.map(\.name))
    let unfinished = try queries.unfinishedKeys()
    return names.sorted().compactMap { Digest($0) }.compactMap { key in
      guard let run = unfinished[key] else {
        return CollectionPlan.StaleCheckpoint(key: key, reason: "its stage has ended")
      }
      return kept.contains(run.text)
        ? nil : CollectionPlan.StaleCheckpoint(key: key, reason: "no kept run left it: run \(run.short)")
    }
  }
}
