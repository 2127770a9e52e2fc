import Pipeline

/// Which stages may begin when; a value that is told what happened and answers what to do.
struct Schedule {
  enum Status: Hashable {
    case waiting
    case active
    case done
    /// It failed, or a requirement on it did.
    case failed
    /// A stage that it needs failed.
    case skipped(cause: String)
    /// It did not begin, or was stopped, because the run was asked to end.
    case interrupted
  }

  private let order: [String]
  private let upstream: [String: [String]]
  private let jobs: Int
  private let keepsGoing: Bool
  private(set) var statuses: [String: Status] = [:]
  private var isStopping = false

  /// - Parameters:
  ///   - stages: in topological order.
  ///   - jobs: how many may be active at once.
  ///   - keepsGoing: whether stages that do not need a failed one still run.
  init(_ stages: [StageNode], jobs: Int, keepsGoing: Bool) {
    self.init(stages.map { ($0.name, $0.upstream) }, jobs: jobs, keepsGoing: keepsGoing)
  }

  init(_ stages: [(name: String, upstream: [String])], jobs: Int, keepsGoing: Bool) {
    precondition(jobs > 0, "a schedule needs at least one job, got \(jobs)")
    order = stages.map(\.name)
    upstream = Dictionary(uniqueKeysWithValues: stages.map { ($0.name, $0.upstream) })
    self.jobs = jobs
    self.keepsGoing = keepsGoing
    for name in order { statuses[name] = .waiting }
  }

  var isFinished: Bool { order.allSatisfy { statuses[$0] != .waiting && statuses[$0] != .active } }

  var active: [String] { order.filter { statuses[$0] == .active } }

  /// The next stage to begin, which becomes active; nil if none may begin now.
  mutating func begin() -> String? {
    guard !isStopping, active.count < jobs else { return nil }
    let ready = order.first { name in
      statuses[name] == .waiting
        && (upstream[name] ?? []).allSatisfy { statuses[$0] == .done || statuses[$0] == nil }
    }
    if let ready { statuses[ready] = .active }
    return ready
  }

  /// Notes how a stage ended.
  ///
  /// - Returns: stages that can no longer run, with the stage that is to blame.
  mutating func end(_ name: String, _ status: Status) -> [(name: String, cause: String)] {
    statuses[name] = status
    guard status == .failed else { return [] }
    var skipped: [(String, String)] = []
    for other in order where statuses[other] == .waiting {
      guard let cause = blame(for: other) ?? (keepsGoing ? nil : name) else { continue }
      statuses[other] = .skipped(cause: cause)
      skipped.append((other, cause))
    }
    return skipped
  }

  /// The failed stage that keeps a stage from running, directly or through others.
  private func blame(for name: String) -> String? {
    for needed in upstream[name] ?? [] {
      switch statuses[needed] {
      case .failed: return needed
      case .skipped(let cause): return cause
      default: continue
      }
    }
    return nil
  }

  /// Begins nothing any more; what is waiting counts as interrupted.
  mutating func stop() {
    isStopping = true
    for name in order where statuses[name] == .waiting { statuses[name] = .interrupted }
  }
}
