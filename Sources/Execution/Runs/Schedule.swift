import Pipeline

/// Which stages may begin when; a value that is told what happened and answers what to do.
///
/// A stage whose inputs are known is taken up to look for a stored result, which needs no resources. What must be
/// executed queues for a job, threads and memory. Stages begin in the order of the graph where they fit; one that has
/// been overtaken as often as there are jobs lets no other pass any more, so that a big stage gets its turn.
package struct Schedule {
  package enum Status: Hashable {
    /// For stages before it.
    case waiting
    /// Its inputs are known: its result is looked for, or made by another stage or run.
    case open
    /// It must be executed and needs room for that.
    case queued
    case active
    case done
    /// It failed, or a requirement on it did.
    case failed
    /// A stage that it needs failed.
    case skipped(cause: String)
    /// It did not begin, or was stopped, because the run was asked to end.
    case interrupted
  }

  /// What a stage takes while it is active.
  package struct Demand: Hashable {
    /// Nil for a share of what is free.
    package var threads: Int?
    /// Bytes.
    package var memory: Int

    package init(threads: Int? = nil, memory: Int = 0) {
      self.threads = threads
      self.memory = memory
    }
  }

  private let order: [String]
  private let upstream: [String: [String]]
  private let jobs: Int
  private let budget: ResourceBudget
  private let keepsGoing: Bool
  package private(set) var statuses: [String: Status] = [:]
  private var demands: [String: Demand] = [:]
  /// What active stages hold.
  package private(set) var held: [String: ResourceBudget] = [:]
  /// How many others began while a stage was queued.
  private var overtaken: [String: Int] = [:]
  private var isStopping = false

  /// - Parameters:
  ///   - stages: in topological order.
  ///   - jobs: how many may be active at once.
  ///   - budget: what they may use together.
  ///   - keepsGoing: whether stages that do not need a failed one still run.
  package init(
    _ stages: [(name: String, upstream: [String])], jobs: Int, budget: ResourceBudget, keepsGoing: Bool
  ) {
    precondition(jobs > 0, "a schedule needs at least one job, got \(jobs)")
    order = stages.map(\.name)
    upstream = Dictionary(uniqueKeysWithValues: stages.map { ($0.name, $0.upstream) })
    self.jobs = jobs
    self.budget = budget
    self.keepsGoing = keepsGoing
    for name in order { statuses[name] = .waiting }
  }

  package var isFinished: Bool {
    order.allSatisfy { name in
      switch statuses[name] {
      case .waiting, .open, .queued, .active: false
      case .done, .failed, .skipped, .interrupted, nil: true
      }
    }
  }

  package var free: ResourceBudget? {
    let threads = budget.threads - held.values.reduce(0) { $0 + $1.threads }
    let memory = budget.memory - held.values.reduce(0) { $0 + $1.memory }
    return threads > 0 && memory > 0 ? ResourceBudget(threads: threads, memory: memory) : nil
  }

  // MARK: Beginning

  /// The next stage whose inputs are all known, which becomes open; nil if there is none.
  package mutating func takeUp() -> String? {
    guard !isStopping else { return nil }
    let ready = order.first { name in
      statuses[name] == .waiting
        && (upstream[name] ?? []).allSatisfy { statuses[$0] == .done || statuses[$0] == nil }
    }
    if let ready { statuses[ready] = .open }
    return ready
  }

  /// Puts an open stage into the queue. A demand beyond the budget is cut to it.
  package mutating func queue(_ name: String, _ demand: Demand) {
    precondition(statuses[name] == .open, "'\(name)' is queued before it is open")
    statuses[name] = .queued
    demands[name] = Demand(
      threads: demand.threads.map { min($0, budget.threads) },
      memory: min(max(0, demand.memory), budget.memory))
  }

  /// The next stage to execute, which becomes active, with the threads it computes with; nil if none may begin now.
  package mutating func begin() -> (name: String, threads: Int)? {
    guard !isStopping, held.count < jobs, let free else { return nil }
    let queued = order.filter { statuses[$0] == .queued }
    for name in queued {
      let demand = demands[name] ?? Demand()
      let threads = demand.threads ?? share(of: free.threads, for: name)
      if threads <= free.threads, demand.memory <= free.memory {
        statuses[name] = .active
        held[name] = ResourceBudget(threads: threads, memory: max(1, demand.memory))
        overtaken[name] = nil
        for other in queued.prefix(while: { $0 != name }) { overtaken[other, default: 0] += 1 }
        return (name, threads)
      }
      if overtaken[name, default: 0] >= jobs { return nil }
    }
    return nil
  }

  /// A fair part of the free threads: one for each stage that could still begin beside this one.
  private func share(of threads: Int, for name: String) -> Int {
    var after: Set = [name]
    var companions = 0
    for other in order {
      switch statuses[other] {
      case .waiting where !after.isDisjoint(with: upstream[other] ?? []): after.insert(other)
      case .waiting, .open, .queued: companions += other == name ? 0 : 1
      default: continue
      }
    }
    let part = threads / (1 + min(companions, jobs - held.count - 1))
    return min(max(1, part), budget.threadsOfStage)
  }

  /// Makes an active or queued stage open again: somebody else is making its result, or it is to be tried again.
  package mutating func reopen(_ name: String) {
    held[name] = nil
    statuses[name] = .open
  }

  /// Lets a stage be taken up again.
  package mutating func renew(_ name: String) {
    if statuses[name] == .open { statuses[name] = .waiting }
  }

  // MARK: Ending

  /// Notes how a stage ended.
  ///
  /// - Parameter twins: open stages that wait for this one to make what they would make; they fail with it.
  /// - Returns: stages that can no longer run, with the stage that is to blame.
  package mutating func end(_ name: String, _ status: Status, twins: [String] = []) -> [(
    name: String, cause: String
  )] {
    held[name] = nil
    statuses[name] = status
    guard status == .failed else { return [] }
    var skipped: [(String, String)] = []
    for other in order where isPending(other) {
      let twin = twins.contains(other) ? name : nil
      guard let cause = twin ?? blame(for: other) ?? (keepsGoing ? nil : name) else { continue }
      statuses[other] = .skipped(cause: cause)
      skipped.append((other, cause))
    }
    return skipped
  }

  private func isPending(_ name: String) -> Bool {
    switch statuses[name] {
    case .waiting, .open, .queued: true
    default: false
    }
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

  /// Begins nothing any more; what is not active counts as interrupted.
  package mutating func stop() {
    isStopping = true
    for name in order where isPending(name) { statuses[name] = .interrupted }
  }
}
