import Foundation

/// A reproducible source of randomness (SplitMix64, Steele et al. 2014).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// A seed that is new every time, unless `PLUMB_TEST_SEED` gives the one of a run that failed.
  static func seed() -> UInt64 {
    ProcessInfo.processInfo.environment["PLUMB_TEST_SEED"].flatMap(UInt64.init) ?? .random(in: 0...999_999)
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
