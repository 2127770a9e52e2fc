import Foundation

/// How fast a stage advances, from what it did in the last seconds.
struct ProgressRate {
  /// Seconds that count.
  private static let window = 15.0

  private var samples: [(time: Double, done: Int)] = []

  /// Takes in how far a stage is at a time in seconds; a count that goes back begins anew.
  mutating func record(done: Int, at time: Double) {
    if let last = samples.last, done < last.done { samples = [] }
    if let last = samples.last, last.done == done { return }
    samples.append((time, done))
    while samples.count > 2, time - samples[1].time > Self.window { samples.removeFirst() }
  }

  /// Units per second; nil until there is something to judge by.
  var perSecond: Double? {
    guard let first = samples.first, let last = samples.last, last.time > first.time else { return nil }
    return Double(last.done - first.done) / (last.time - first.time)
  }

  /// Seconds that the rest will take.
  func remaining(of total: Int) -> Double? {
    guard let rate = perSecond, rate > 0, let last = samples.last else { return nil }
    return Double(max(0, total - last.done)) / rate
  }

  /// The rate in words, such as `12.3 steps/s` or `4.1 s/step`.
  func text(_ unit: String) -> String? {
    guard let rate = perSecond, rate > 0 else { return nil }
    if rate >= 1 { return String(format: rate < 100 ? "%.1f" : "%.0f", rate) + " \(unit)/s" }
    let one = unit.hasSuffix("s") ? String(unit.dropLast()) : unit
    return String(format: "%.1f s/", 1 / rate) + one
  }
}
