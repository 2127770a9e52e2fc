import Artifacts
import Foundation
import Lineage

/// Finds what keeps artifacts: live runs, tags with what they were made from, pins, and the newest runs.
struct Roots {
  private(set) var found: [CollectionPlan.Root] = []
  /// Runs that keep nothing any more, newest first, with the reason.
  private(set) var released: [(run: RunContent, reason: String)] = []

  private let policy: RetentionPolicy
  private let objects: ObjectStore
  private let sizes: [Digest: Int64]
  private var closures: [Digest: Set<Digest>] = [:]
  private var kept: Set<Digest> = []
  private var keptBytes: Int64 = 0

  /// - Parameter now: what ages are measured from.
  init(
    _ queries: LineageQueries, objects: ObjectStore, sizes: [Digest: Int64], policy: RetentionPolicy,
    now: Date
  ) throws {
    self.policy = policy
    self.objects = objects
    self.sizes = sizes
    let runs = try queries.runContents()
    for run in runs where run.state == .running { keep(.live, run.id.text, Set(run.artifacts.keys)) }
    for tag in try queries.tags() {
      if let digest = tag.artifact?.digest { keep(.tag, tag.name, try queries.provenance(of: digest)) }
    }
    for pin in try queries.pins() {
      keep(.pin, pin.label ?? pin.artifact.digest.short, [pin.artifact.digest])
    }
    choose(among: runs.filter { $0.state != .running }, now: now)
  }

  private mutating func choose(among runs: [RunContent], now: Date) {
    var seen: Set<String> = []
    var successes: Set<String> = []
    var older: Set<RunID> = []
    // The newest run of each pipeline first, and the newest that succeeded: no budget takes them.
    for run in runs {
      let isNewest = seen.insert(run.pipeline).inserted
      let isNewestSuccess = run.state == .succeeded && successes.insert(run.pipeline).inserted
      if isNewest || isNewestSuccess {
        keep(.run, run.id.text, Set(run.artifacts.keys))
      } else {
        older.insert(run.id)
      }
    }
    // Runs that failed use up nobody's place.
    var counts: [String: Int] = [:]
    var isFull = false
    for run in runs {
      defer { if run.state == .succeeded { counts[run.pipeline, default: 0] += 1 } }
      guard older.contains(run.id) else { continue }
      let artifacts = Set(run.artifacts.keys)
      if counts[run.pipeline, default: 0] >= policy.runsPerPipeline {
        let newest = policy.runsPerPipeline == 1 ? "newest run" : "newest \(policy.runsPerPipeline) runs"
        released.append((run, "older than the \(newest) of \(run.pipeline)"))
      } else if let age = policy.maximumAge, now.timeIntervalSince(run.startedAt) > age {
        released.append((run, "older than \(Self.days(age))"))
      } else if isFull || exceedsBudget(artifacts) {
        isFull = true
        released.append((run, "over the size budget"))
      } else {
        keep(.run, run.id.text, artifacts)
      }
    }
  }

  private mutating func exceedsBudget(_ artifacts: Set<Digest>) -> Bool {
    guard let limit = policy.maximumBytes else { return false }
    let added = closure(of: artifacts).subtracting(kept).reduce(0) { $0 + (sizes[$1] ?? 0) }
    return keptBytes + added > limit
  }

  private mutating func keep(_ kind: CollectionPlan.Root.Kind, _ name: String, _ artifacts: Set<Digest>) {
    found.append(CollectionPlan.Root(kind: kind, name: name, artifacts: artifacts))
    for digest in closure(of: artifacts) where kept.insert(digest).inserted {
      keptBytes += sizes[digest] ?? 0
    }
  }

  private mutating func closure(of artifacts: Set<Digest>) -> Set<Digest> {
    artifacts.reduce(into: Set()) { all, digest in
      let closure = closures[digest] ?? objects.closure(of: digest)
      closures[digest] = closure
      all.formUnion(closure)
    }
  }

  /// Everything that a root needs.
  var live: Set<Digest> { kept }

  private static func days(_ seconds: Double) -> String {
    let days = seconds / 86_400
    return days == days.rounded() ? "\(Int(days)) days" : "\(days) days"
  }
}
