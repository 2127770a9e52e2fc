import Foundation

/// A reproducible source of randomness (SplitMix64, Steele et al. 2014): the same numbers for the same seed,
/// everywhere.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  /// A seed that is new every time, unless `PLUMB_TEST_SEED` gives the one of a run that failed.
  public static func seed() -> UInt64 {
    ProcessInfo.processInfo.environment["PLUMB_TEST_SEED"].flatMap(UInt64.init) ?? .random(in: 0...999_999)
  }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}

extension RandomNumberGenerator {
  /// Whether something comes true that does so once in `count` times.
  public mutating func once(in count: Int) -> Bool { Int.random(in: 0..<count, using: &self) == 0 }
}
