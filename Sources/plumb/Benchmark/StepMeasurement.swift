import Compute
import Foundation
import LanguageModels

/// How long a training step takes, and how long what it cannot do without would take.
struct StepMeasurement {
  /// Seconds of each step, ascending.
  let seconds: [Double]
  let tokens: Int
  /// What one step asks for.
  let counts: WorkCounts
  /// The products of a step, each with its least time alone, the longest first.
  let products: [(shape: MatrixProductShape, count: Int, seconds: Double)]
  /// Most bytes of activations at once.
  let arenaBytes: Int
  /// Times that a step asked the system for memory, after the first.
  let growths: Int
  /// Pages that the system had to find for a step.
  let pageFaults: Double

  /// - Parameters:
  ///   - steps: that are timed, at least one; one more goes before.
  init(_ step: TrainingStep, _ workspace: Workspace, steps: Int) {
    step.run()
    let growthsBefore = workspace.arena.growths
    workspace.team.counts = WorkCounts()
    step.run()
    counts = workspace.team.counts ?? WorkCounts()
    workspace.team.counts = nil
    let faultsBefore = Self.minorFaults
    let clock = ContinuousClock()
    seconds = (0..<steps).map { _ in clock.measure(step.run) / .seconds(1) }.sorted()
    pageFaults = Double(Self.minorFaults - faultsBefore) / Double(steps)
    growths = workspace.arena.growths - growthsBefore
    arenaBytes = workspace.arena.peakBytes
    tokens = step.tokens
    products = counts.products.map { shape, count in
      (shape, count, workspace.seconds(for: shape, repetitions: 5))
    }.sorted { ($1.seconds * Double($1.count), $0.shape.n) < ($0.seconds * Double($0.count), $1.shape.n) }
  }

  var median: Double { seconds[seconds.count / 2] }

  /// Seconds of all products of a step, one after the other.
  var productSeconds: Double { products.reduce(0) { $0 + $1.seconds * Double($1.count) } }

  /// Operations in a second that the products reach alone.
  var productRate: Double { Double(counts.productOperations) / productSeconds }

  /// Operations that a step needs, products and attention.
  var operations: Int { counts.productOperations + counts.attentionOperations }

  /// Seconds for all operations at the rate of the products: what a step cannot go below.
  var bound: Double { Double(operations) / productRate }

  private static var minorFaults: Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Int(usage.ru_minflt)
  }
}
