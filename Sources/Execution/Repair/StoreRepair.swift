import Artifacts
import Diagnostics
import Foundation
import Lineage
import Pipeline

/// Mends a damaged store: makes what was lost again and checks that it has the same digest.
///
/// Damaged bytes stay in the trash until that is emptied, and nothing takes an object's place but bytes of its name.
public struct StoreRepair: Sendable {
  /// How a step went.
  public struct Result: Sendable {
    public var step: RepairPlan.Step
    /// nil if the artifacts are sound again.
    public var failure: Diagnostic?
    public var seconds: Double
  }

  private let layout: StoreLayout
  private let registry: StageRegistry

  public init(_ layout: StoreLayout, registry: StageRegistry) {
    self.layout = layout
    self.registry = registry
  }

  /// What would be done; changes nothing.
  ///
  /// - Parameter verification: what a check of every object found.
  /// - Throws: `Diagnostic` if the lineage cannot be read.
  public func plan(_ verification: StoreVerification, _ queries: LineageQueries) throws -> RepairPlan {
    try RepairPlanner(verification, queries, ObjectStore(layout), registry: registry).plan
  }

  /// Carries a plan out. A step that fails leaves what it was about as it was, and so does what needs it.
  ///
  /// - Parameters:
  ///   - threads: that each stage computes with.
  ///   - interruption: asks to stop; a stage that runs is stopped, and the rest is left as it is.
  ///   - onProgress: called with the name of a stage that is run again and how far it is.
  /// - Throws: `Diagnostic` if the store cannot be written.
  public func perform(
    _ plan: RepairPlan, executor: any StageExecutor, threads: Int, interruption: RunInterruption,
    onProgress: @escaping (String, StageProgress) -> Void
  ) throws -> [Result] {
    let objects = ObjectStore(layout)
    try objects.removeAbandoned()
    let work = RepairWork(
      database: try LineageDatabase(layout), objects: objects,
      rerun: RepairRun(
        objects: objects, executor: executor, threads: threads, interruption: interruption,
        onProgress: onProgress),
      interruption: interruption)
    interruption.listen()
    try work.quarantine(plan.damage)
    var results: [Result] = []
    for step in plan.steps where !interruption.isRequested {
      let start = ContinuousClock.now
      var failure: Diagnostic?
      do {
        try work.mend(step)
      } catch {
        failure =
          error as? Diagnostic
          ?? Diagnostic(.notRepaired, (error as? CocoaError)?.localizedDescription ?? "\(error)")
      }
      results.append(Result(step: step, failure: failure, seconds: start.duration(to: .now).inSeconds))
    }
    return results
  }
}
