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
  /// The products of a step with the seconds of one, those that take longest together first.
  let products: [(shape: MatrixProductShape, count: Int, seconds: Double)]
  /// Seconds of all products of a step, one after the other.
  let productSeconds: Double
  /// Operations in a second that a large product reaches.
  let peakRate: Double
  /// Seconds of a step by what asked for them, the longest first.
  let parts: [(name: String, seconds: Double)]
  /// Most bytes of activations at once.
  let arenaBytes: Int
  /// Times that a step asked the system for memory, after the first.
  let growths: Int
  /// Pages that the system had to find for a step.
  let pageFaults: Double

  /// Steps whose parts are timed.
  private static let dissected = 5
  /// Sides of the product that shows what the machine reaches.
  private static let large = MatrixProductShape(m: 1024, n: 1024, k: 1024)

  /// Steps and their products alone take turns, so that what slows the machine down for a while slows both.
  ///
  /// - Parameters:
  ///   - steps: that are timed, at least one; more go before and after.
  init(_ step: TrainingStep, _ workspace: Workspace, steps: Int) {
    let team = workspace.team
    step.run()
    let growthsBefore = workspace.arena.growths
    team.counts = WorkCounts()
    step.run()
    let counts = team.counts ?? WorkCounts()
    team.counts = nil
    let shapes = counts.products.keys.sorted { ($1.operations, $0.n) < ($0.operations, $1.n) }
    let bench = ProductBench(shapes + [Self.large], workspace)
    for shape in shapes + [Self.large] { _ = bench.seconds(for: shape, times: 1) }
    var (times, passes, peaks) = ([Double](), [[Double]](), [Double]())
    let clock = ContinuousClock()
    var faults = 0
    for round in 0..<steps {
      let faultsBefore = Self.minorFaults
      times.append(clock.measure(step.run) / .seconds(1))
      faults += Self.minorFaults - faultsBefore
      passes.append(shapes.map { bench.seconds(for: $0, times: counts.products[$0] ?? 0) })
      if round < Self.dissected { peaks.append(bench.seconds(for: Self.large, times: 1)) }
    }
    team.timings = [:]
    let dissection = clock.measure { for _ in 0..<Self.dissected { step.run() } }
    parts = Self.parts(of: dissection, team.timings ?? [:])
    team.timings = nil
    self.counts = counts
    seconds = times.sorted()
    tokens = step.tokens
    pageFaults = Double(faults) / Double(steps)
    growths = workspace.arena.growths - growthsBefore
    arenaBytes = workspace.arena.peakBytes
    productSeconds = Self.median(passes.map { $0.reduce(0, +) })
    peakRate = Double(Self.large.operations) / (peaks.min() ?? 1)
    products = shapes.enumerated().map { index, shape in
      let count = counts.products[shape] ?? 1
      return (shape, count, Self.median(passes.map { $0[index] }) / Double(count))
    }.sorted { $0.seconds * Double($0.count) > $1.seconds * Double($1.count) }
  }

  var median: Double { Self.median(seconds) }

  /// Operations in a second that the products reach alone.
  var productRate: Double { Double(counts.productOperations) / productSeconds }

  /// Operations that a step needs, products and attention.
  var operations: Int { counts.productOperations + counts.attentionOperations }

  /// Seconds for all operations at the rate of the products: what a step cannot go below.
  var bound: Double { Double(operations) / productRate }

  /// Functions by their bare names; what is left is spent between loops, on one thread.
  private static func parts(of whole: Duration, _ timings: [String: Duration]) -> [(String, Double)] {
    let rest = whole - timings.values.reduce(.zero, +)
    var parts = timings.map { (String($0.prefix { $0 != "(" }), $1) }
    parts.append(("between loops", rest))
    return parts.map { ($0, $1 / .seconds(dissected)) }.sorted { $0.1 > $1.1 }
  }

  private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

  private static var minorFaults: Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Int(usage.ru_minflt)
  }
}
