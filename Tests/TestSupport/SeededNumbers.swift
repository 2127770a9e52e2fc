import Compute

/// Numbers for tests that are the same on every run: a seed names a whole sequence.
public struct SeededNumbers: Sendable {
  public let seed: UInt64
  private let random: CounterRandom
  private var index: UInt64 = 0

  public init(seed: UInt64) {
    self.seed = seed
    random = CounterRandom(seed: seed, purpose: .sampling)
  }

  /// Standard normal.
  public mutating func normal() -> Double {
    index += 1
    return random.normal(stream: 0, index: index)
  }

  /// Uniform in the range.
  public mutating func uniform(_ range: ClosedRange<Double>) -> Double {
    index += 1
    return range.lowerBound + (range.upperBound - range.lowerBound) * random.uniform(stream: 1, index: index)
  }

  /// Uniform in `0..<bound`.
  public mutating func integer(below bound: Int) -> Int {
    index += 1
    return random.integer(below: bound, stream: 2, index: index)
  }

  /// Normal numbers with the given spread, representable in Float32.
  public mutating func floats(_ count: Int, spread: Double = 1) -> [Float] {
    (0..<count).map { _ in Float(spread * normal()) }
  }

  /// Up to `count` different members of `0..<bound`, sorted.
  public mutating func sample(_ count: Int, below bound: Int) -> [Int] {
    if count >= bound { return Array(0..<bound) }
    var chosen: Set<Int> = []
    while chosen.count < count { chosen.insert(integer(below: bound)) }
    return chosen.sorted()
  }
}
