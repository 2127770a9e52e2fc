import Foundation
import Synchronization

/// How a run is to be carried out; nothing of it changes a result.
public struct RunOptions: Sendable {
  /// Stages at a time.
  public var jobs: Int
  /// Whether stages that do not need a failed one still run.
  public var keepsGoing: Bool
  /// What all running stages may use together.
  public var budget: ResourceBudget
  /// Stages to execute even if their outputs are stored.
  public var forced: Set<String>
  /// Targets as the user named them, for the record.
  public var targets: [String]
  /// The manifest's path as the user typed it, for the record.
  public var manifestPath: String
  /// The level of CPUs whose kernels compute, for the record; nil if unknown.
  public var cpuLevel: String?
  /// Seconds before a stage is tried again; twice as many each further time.
  public var retryDelay = 1.0
  /// Seconds that a stage whose time is up has to stop by itself.
  public var grace = 30.0

  public init(
    jobs: Int = 1, keepsGoing: Bool = false, budget: ResourceBudget? = nil, forced: Set<String> = [],
    targets: [String] = [], manifestPath: String, cpuLevel: String? = nil
  ) {
    self.jobs = max(1, jobs)
    self.keepsGoing = keepsGoing
    self.budget = budget ?? ResourceBudget.make(jobs: max(1, jobs))
    self.forced = forced
    self.targets = targets
    self.manifestPath = manifestPath
    self.cpuLevel = cpuLevel
  }
}

/// A way to ask a run to stop; may be used from any thread.
public final class RunInterruption: Sendable {
  private let count = Atomic<Int>(0)
  private let isHeard = Atomic<Bool>(false)

  public init() {}

  /// Once: stages stop at their next safe point. Twice: they are killed.
  ///
  /// - Returns: whether a run listens. Before its first stage there is nothing to save, and the program may just end.
  public func request() -> Bool {
    count.add(1, ordering: .relaxed)
    return isHeard.load(ordering: .relaxed)
  }

  /// From now on requests are looked at.
  func listen() { isHeard.store(true, ordering: .relaxed) }

  public var isRequested: Bool { requests > 0 }

  var requests: Int { count.load(ordering: .relaxed) }
}
